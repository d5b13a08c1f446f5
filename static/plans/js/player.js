// Plays a plan's revisions one after the other, at a speed that one chooses.

const SPEEDS = [1, 4, 16];

export class Player {
  /** `next()` shows the next revision and resolves to whether there are more. */
  constructor(next) {
    this.next = next;
    this.speed = SPEEDS[1];
    this.turn = null;
  }

  async toggle() {
    if (this.turn) return this.stop();
    const turn = {};
    this.turn = turn;
    this.paint();
    let more = true;
    while (more && this.turn === turn) {
      const began = performance.now();
      more = await this.next();
      await new Promise((then) => setTimeout(then, Math.max(0, 1000 / this.speed - (performance.now() - began))));
    }
    return this.turn === turn ? this.stop() : null;
  }

  stop() {
    this.turn = null;
    this.paint();
  }

  faster() {
    this.speed = SPEEDS[(SPEEDS.indexOf(this.speed) + 1) % SPEEDS.length];
    this.paint();
  }

  /** Write on the buttons what they do; a redrawing of the page writes them anew. */
  paint() {
    const button = document.querySelector("[data-play]");
    const use = button.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, this.turn ? "#pause" : "#play"));
    button.setAttribute("aria-label", this.turn ? "Pause, Space" : "Play, Space");
    const chip = document.querySelector("[data-speed]");
    chip.textContent = `${this.speed}/s`;
    chip.setAttribute("aria-label", `Speed, ${this.speed} revisions a second`);
  }
}
