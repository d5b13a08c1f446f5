// What a step needs, chosen from the plan's steps: found by number or words; what would close a circle says so.
//
// The plain field stays what is sent and what drafts keep; the board answers with chips, options and a sentence.

import { parse } from "../morph.js";

const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("./needpicker.css", import.meta.url).href });
document.head.append(sheet);

const PATIENCE = 120;
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const NO_ANSWER = "The board did not answer. Type again, or reload the page.";

const numbersOf = (text) => text.split(/[\s,#]+/).filter(Boolean);

/** Make the picker of a form work, once; what it shows may be older than what the field holds. */
export function startNeeds(box) {
  const picker = (box.picker ??= new Picker(box));
  if (picker.find === document.activeElement && picker.find.value) picker.show();
  else picker.ask();
}

class Picker {
  constructor(box) {
    this.box = box;
    this.field = box.querySelector("input[name=needs]");
    this.find = box.querySelector("[role=combobox]");
    this.list = box.querySelector("[role=listbox]");
    this.told = box.querySelector("[role=status]");
    this.asking = new AbortController();
    this.timer = 0;
    this.find.addEventListener("input", () => {
      this.isOld = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.show(), PATIENCE);
    });
    this.find.addEventListener("keydown", (event) => this.pressed(event));
    this.find.addEventListener("click", () => this.show());
    this.find.addEventListener("blur", () => this.hide());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays where one types
    this.list.addEventListener("click", ({ target }) => this.toggle(target.closest("[role=option]")));
    box.addEventListener("click", ({ target }) => this.dropped(target.closest("[data-drop-need]")));
    // The plain field is no stop of the Tab key, or Shift and Tab would never get past it, and nothing to hear any
    // more. What is wrong with it is told below it, and the focus sent there.
    this.field.tabIndex = -1;
    this.field.ariaHidden = "true";
    this.field.addEventListener("focus", () => {
      this.find.focus();
      this.find.setAttribute("aria-describedby", this.field.getAttribute("aria-describedby") ?? "");
    });
    this.field.form.addEventListener("reset", () => setTimeout(() => this.ask()));
  }

  /** Ask for what is chosen and offered now; tells whether the board answered and nobody asked again meanwhile. */
  async ask() {
    this.asking.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    const words = this.find.value;
    const url = `${this.box.dataset.needs}&needs=${encodeURIComponent(this.field.value)}&q=${encodeURIComponent(words)}`;
    try {
      const answer = await fetch(url, { signal, cache: "no-store", headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      this.put(parse(await answer.text()));
      this.isOld = this.find.value !== words;
      return true;
    } catch {
      if (!signal.aborted) this.tell(NO_ANSWER);
      return false;
    }
  }

  put(answer) {
    const active = this.active()?.dataset.number;
    const held = document.activeElement?.closest("[data-drop-need]")?.dataset.dropNeed;
    this.box.querySelector(".need-chips").replaceWith(answer.querySelector(".need-chips"));
    if (held) (this.box.querySelector(`[data-drop-need="${held}"]`) ?? this.find).focus();
    this.list.replaceChildren(...answer.querySelector("[data-options]").children);
    for (const option of this.options()) option.id = `${this.list.id}-${option.dataset.number}`;
    this.tell(answer.querySelector("[data-told]").textContent);
    this.mark(this.options().find((option) => option.dataset.number === active) ?? null);
  }

  tell(text) {
    if (this.told.textContent !== text) this.told.textContent = text;
    this.told.hidden = !text || (this.list.hidden && text !== NO_ANSWER);
  }

  options = () => [...this.list.children];
  active = () => this.list.querySelector(".is-active");

  mark(option) {
    this.active()?.classList.remove("is-active");
    option?.classList.add("is-active");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.find.setAttribute("aria-activedescendant", option.id);
    else this.find.removeAttribute("aria-activedescendant");
  }

  /** Tells whether what is shown stands for the words that are there now. */
  async show() {
    this.open(true);
    const answered = await this.ask();
    this.list.scrollIntoView({ block: "nearest" });
    if (answered && this.find.value.trim()) this.mark(this.options().find((option) => !option.ariaDisabled) ?? null);
    return answered;
  }

  hide() {
    clearTimeout(this.timer);
    this.mark(null);
    this.open(false);
  }

  open(isOpen) {
    this.list.hidden = !isOpen;
    this.find.setAttribute("aria-expanded", String(isOpen));
    this.told.hidden = !isOpen || !this.told.textContent;
  }

  pressed(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (STEPS[event.key]) this.walk(STEPS[event.key]);
    else if (event.key === "Enter") this.enter();
    else if (event.key === "Escape" && !this.list.hidden) this.hide();
    else if (event.key === "Backspace" && !this.find.value) return this.set(numbersOf(this.field.value).slice(0, -1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  walk(by) {
    if (this.list.hidden) return void this.show();
    const options = this.options();
    const at = options.indexOf(this.active());
    this.mark(options[Math.max(0, Math.min(at < 0 && by < 0 ? 0 : at + by, options.length - 1))] ?? null);
  }

  /** What was found for other words than these is not what is meant. */
  async enter() {
    if (this.list.hidden) return void this.show();
    clearTimeout(this.timer);
    if (this.isOld && (!(await this.show()) || this.list.hidden)) return;
    this.toggle(this.active());
  }

  toggle(option) {
    if (!option || option.ariaDisabled) return this.mark(option);
    const { number } = option.dataset;
    const chosen = numbersOf(this.field.value);
    this.mark(option);
    this.set(chosen.includes(number) ? chosen.filter((other) => other !== number) : [...chosen, number]);
    this.find.select();
  }

  /** The focus goes on to the next chip, or to where one types. */
  async dropped(button) {
    if (!button) return;
    const at = [...this.box.querySelectorAll("[data-drop-need]")].indexOf(button);
    await this.set(numbersOf(this.field.value).filter((number) => number !== button.dataset.dropNeed));
    (this.box.querySelectorAll("[data-drop-need]")[at] ?? this.find).focus();
  }

  set(numbers) {
    this.field.value = numbers.join(", ");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    return this.ask();
  }
}
