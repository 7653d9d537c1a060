// @ts-check
/** Runs in the page of a circuit: the milliseconds from an action to the frame that shows its result, by action. */
(async () => {
  /** Resolves when a frame has been drawn. */
  const frame = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(undefined);
      });
    });
  const svg = /** @type {Element} */ (document.getElementById("nodes"));
  const marks = [...svg.querySelectorAll(".node")].filter((_, i) => i % 60 === 3);
  /** @param {string} id @param {number} value */
  const move = (id, value) => () => {
    const range = /** @type {HTMLInputElement} */ (document.getElementById(id));
    range.value = `${value}`;
    range.dispatchEvent(new Event("input"));
  };
  /** @param {string} id */
  const press = (id) => () => document.getElementById(id)?.click();
  /** @param {Element} on @param {string} type @param {number} x @param {number} y shares of the drawing's size */
  const point = (on, type, x, y) => () => {
    const { left, top, width, height } = svg.getBoundingClientRect();
    const at = { bubbles: true, clientX: left + x * width, clientY: top + y * height };
    on.dispatchEvent(new PointerEvent(type, at));
  };
  const actions = {
    "point at edges": Array.from({ length: 15 }, (_, i) =>
      point(svg, "pointermove", 0.1 + 0.05 * i, 0.1 + 0.05 * i),
    ),
    "point at nodes": marks.map((mark) => point(mark, "pointermove", 0.5, 0.5)),
    "filter by score": [20, 40, 20, 0].map((value) => move("threshold", value)),
    "before, after, both": ["show-before", "show-after", "show-both"].map(press),
    "filter by fate": ["kept", "kept", "removed", "removed", "added", "added"].map((fate) =>
      press(`fate-${fate}`),
    ),
    checkpoint: [move("after", 0), move("after", 1)],
    "filter by node": marks.flatMap((mark) => [point(mark, "click", 0, 0), point(mark, "click", 0, 0)]),
  };
  move("threshold", 0)();
  await frame();
  await frame();
  /** @type {Record<string, number[]>} */
  const times = {};
  for (const [name, list] of Object.entries(actions)) {
    const own = [];
    for (const act of list) {
      await frame();
      const start = performance.now();
      act();
      // The first frame after the action draws its result; when the second begins, that has been shown.
      await frame();
      await frame();
      own.push(performance.now() - start);
    }
    times[name] = own;
  }
  return times;
})();
