// The open step changed while somebody may be reading it, or writing in it.

import { drawnWith, fill, heldBy } from "../drafts.js";
import { load, openStep, slot } from "../drawer.js";
import { parse } from "../morph.js";
import { fillTimes } from "../time.js";

const FIELDS = "textarea, input:not([type=hidden]), select";

const isChanged = (field) => field === document.activeElement || heldBy(field) !== drawnWith(field);

const isDirty = () => [...slot().querySelectorAll(FIELDS)].some(isChanged);

/** Tell whether a card was made of what the drawer shows: a page that goes live is sent what it may have missed. */
function isSame(html) {
  const { at, life } = parse(html).firstElementChild?.dataset ?? {};
  const shown = slot().querySelector("[data-step]").dataset;
  return at === shown.at && life === shown.life;
}

/** The open step changed: draw it again; where somebody types, only its facts and history. */
export async function refresh(number, html = "") {
  if (String(number) !== openStep() || (html && isSame(html))) return;
  const facts = slot().querySelector("[data-facts-url]");
  if (isDirty() && facts) {
    await htmx.ajax("GET", facts.dataset.factsUrl, { target: "#drawer-facts", swap: "outerHTML", source: "#drawer-facts" });
  } else {
    const url = new URL(facts.dataset.factsUrl, location.origin);
    url.searchParams.delete("part"); // of an older revision it goes on to show that one
    await again(url.pathname + url.search);
  }
  fillTimes(slot());
}

/** Draw the step again, with what was unfolded still unfolded, what was typed typed, and the focus where it was. */
async function again(url) {
  const forms = [...slot().querySelectorAll("details[id]")];
  const fields = [...slot().querySelectorAll(FIELDS)];
  const had = slot().contains(document.activeElement);
  let focused = document.activeElement;
  const follow = ({ target }) => (focused = target);
  slot().addEventListener("focusin", follow);
  const scrolled = slot().querySelector(".drawer-body").scrollTop;
  const isThere = await load(url).finally(() => slot().removeEventListener("focusin", follow));
  if (!isThere) return;
  // Asked only now: a form may be unfolded, and filled in, while the answer is on its way.
  for (const form of forms) if (form.open) slot().querySelector(`#${form.id}`)?.setAttribute("open", "");
  for (const field of fields) if (field.id && isChanged(field)) retype(slot().querySelector(`#${field.id}`), field);
  slot().querySelector(".drawer-body").scrollTop = scrolled;
  const place = focused.id || focused.closest("[id]")?.id;
  if (had) (slot().querySelector(`#${place}`) ?? slot().querySelector("#drawer-title"))?.focus({ preventScroll: true });
}

function retype(field, typed) {
  if (!field) return;
  fill(field, heldBy(typed));
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
