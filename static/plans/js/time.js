// Ages and times are <time datetime>; the words are filled in here, in the viewer's own zone.

const MINUTE = 60_000;
const clock = (more) => new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...more });
const clocks = { minutes: clock(), seconds: clock({ second: "2-digit" }), day: clock({ day: "numeric", month: "short" }) };
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** "now", "12 s", "6 m", "2 h", "3 d" */
function age(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} m`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** "14:31", "20 Nov, 14:31" on another day, or as data-clock asks. */
function timeOf(at, asked) {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return clocks[asked ?? (isToday ? "minutes" : "day")].format(at);
}

function words({ dataset }, at) {
  const text = dataset.age === undefined ? timeOf(at, dataset.clock) : age(Date.now() - at);
  return (dataset.before ?? "") + text + (dataset.after ?? "");
}

/** What says so already is left alone: another text of the same words is another layout. */
export function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/**
 * Fill in every time below an element. data-age shows how long ago, with data-before and data-after around; data-clock
 * one of the clocks, whatever the day.
 */
export function fillTimes(root = document) {
  for (const element of root.querySelectorAll("time[datetime]")) {
    const at = Date.parse(element.dateTime);
    if (Number.isNaN(at)) continue;
    const text = words(element, at);
    write(element, text);
    if (element.told !== at) element.title = fullFormat.format((element.told = at));
  }
}

export function startTimes() {
  fillTimes();
  setInterval(fillTimes, MINUTE / 4);
}
