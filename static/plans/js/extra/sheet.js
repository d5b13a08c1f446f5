// The sheet to be printed: its button, and its times in the reader's own zone.

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

for (const time of document.querySelectorAll("[data-moment]")) time.textContent = moment.format(new Date(time.dateTime));

const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => print());
