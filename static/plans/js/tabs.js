// The views of a plan are links; what one looks at now goes along: the filter, the open step, the revision.

const CARRIED = ["q", "step", "rev"];

function carry(event) {
  const tab = event.target.closest("a[data-view]");
  if (!tab) return;
  const [url, here] = [new URL(tab.href), new URL(location.href).searchParams];
  for (const name of CARRIED) {
    if (here.get(name)) url.searchParams.set(name, here.get(name));
    else url.searchParams.delete(name);
  }
  tab.href = url;
}

export function startTabs() {
  // Before the press: a tab that is opened beside this one takes it along, too.
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, carry);
}
