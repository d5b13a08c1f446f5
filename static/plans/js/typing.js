// Somebody goes on typing in the drawer while a save is under way: its answer draws the step again, and they go on.

let typed = "";

/** The answer is there and is about to be drawn: where does the person type by now? */
function look({ detail: { ctx } }) {
  const { activeElement: field } = document;
  const sent = ctx.sourceElement?.closest?.("form");
  typed = sent && field.form && field.form !== sent && field.closest("#drawer") ? field.id : "";
}

function goOn() {
  const field = typed && document.getElementById(typed);
  if (!field || field === document.activeElement) return;
  field.closest("details")?.setAttribute("open", "");
  field.focus({ preventScroll: true });
}

export function startTyping() {
  document.addEventListener("htmx:after:request", look);
  document.addEventListener("htmx:after:swap", goOn);
}
