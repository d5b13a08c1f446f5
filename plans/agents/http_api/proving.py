"""The route that checks a decision: whose it was, about which text, and whose signature says so."""

# The annotations are read by ninja when the program runs: no `from __future__ import annotations` here.

from django.http import HttpRequest, HttpResponse

from plans.actions import wire
from plans.actions.proving import prove
from plans.agents.http_api.answers import answered
from plans.agents.http_api.asking import reading
from plans.agents.http_api.desk import desk
from plans.agents.http_api.places import Namespace, Number, RequestId
from plans.agents.http_api.representations import ProofAnswer
from plans.agents.http_api.routing import reads


@reads("/plans/{namespace}/steps/{number}/decision/verify", ProofAnswer, etag=False)
def verify_decision(
    request: HttpRequest, *, namespace: Namespace, number: Number, asked: RequestId = None
) -> HttpResponse:
    """Check a decision. It `holds` where a key that counts signed it, about the very text that stands there.

    `statement` are the exact words that were signed, `keys` the public keys that count here, so that you
    can check them yourself. 404: nobody has decided.
    """
    reading(request, namespace)
    proof = prove(desk(), namespace, number, request=asked)
    return answered({"decision": wire.proof_json(proof), "namespace": namespace})
