// Asking the board over HTTP: a whole answer in time, or none. A line that breaks in the middle of an answer, or says
// nothing any more, must not leave anybody waiting.

const PATIENCE = 20_000;
const SIGNED_OUT = 401;

/** Give `{ ok, status, etag, text }`, with status 0 where no whole answer came; 304 where `etag` is still right. */
export async function ask(url, etag = "") {
  try {
    const headers = etag ? { "If-None-Match": etag } : {};
    const response = await fetch(url, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    const status = response.redirected ? SIGNED_OUT : response.status;
    return { ok: status === 200, status, etag: response.headers.get("ETag"), text: await response.text() };
  } catch {
    return { ok: false, status: 0 };
  }
}
