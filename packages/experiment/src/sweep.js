/**
 * A sweep runs an experiment at every combination of its axes' values. Each combination is a point with its own name.
 * A stage is computed at the point of only those axes that it depends on, so what several points share is computed once.
 */
import { canonicalJson, hashOf } from "@ft/bytes";
import { compose } from "./compose.js";
import { namedInputs } from "./inputs.js";
import { mergeAt } from "./layers.js";
import { isName, isRunName, nameRule, runName } from "./names.js";
import { checkShape } from "./shape.js";

/** @import { Composed } from "./compose.js" */
/** @import { Source } from "./layers.js" */
/** @import { Problems } from "./problems.js" */

/**
 * An axis: what it sets, and the names of its values.
 *
 * @typedef {object} Axis
 * @property {string} name
 * @property {string[]} labels one for each value, such as "within-100"
 * @property {{ key: string, path: string[], values: unknown[] }[]} settings lists of equal length
 */

/**
 * Which value of each axis a point has; undefined for an axis that is not set at it.
 *
 * @typedef {readonly (number | undefined)[]} Coordinates
 */

/**
 * @typedef {object} Sweep
 * @property {Axis[]} axes
 * @property {Map<string, { experiment: Composed, coordinates: Coordinates }>} points by name, those included at which some axes
 *   are not set, and the experiment itself
 * @property {string[]} complete names of the points at which all axes are set, in the order of the axes' values
 * @property {ReadonlyMap<string, ReadonlySet<number>>} depends the axes that each stage depends on, by the stage's name
 */

/** A sweep has at most this many points, those included at which some axes are not set. */
const MOST_POINTS = 2000;

/**
 * @param {Composed} base
 * @param {Problems} problems added to
 * @returns {Sweep | undefined} undefined if there is no sweep, or it has a mistake
 */
export function composeSweep(base, problems) {
  const before = problems.count;
  const axes = Object.entries(base.sweep ?? {}).map(([name, lists]) => axisOf(name, lists));
  if (axes.length === 0) return undefined;
  for (const { name, labels } of axes)
    if (new Set(labels).size < labels.length)
      problems.add(
        base.source.at(["sweep", name]),
        `two of its values would have the same name: ${labels.join(", ")}`,
      );
  const count = axes.reduce((product, { labels }) => product * (labels.length + 1), 1);
  if (count > MOST_POINTS)
    problems.add(base.source.at(["sweep"]), `more than ${MOST_POINTS} combinations of values`);
  if (problems.count > before) return undefined;

  /** @type {Sweep["points"]} */
  const points = new Map();
  const complete = [];
  for (const coordinates of combinations(axes)) {
    const name = pointName(base.name, axes, coordinates);
    const experiment = composePoint(base, axes, coordinates, name, problems);
    if (problems.count > before || experiment === undefined) return undefined;
    points.set(name, { experiment, coordinates });
    if (coordinates.every((value) => value !== undefined)) complete.push(name);
  }
  return { axes, points, complete, depends: dependence(axes, [...points.values()]) };
}

/**
 * @param {string} name
 * @param {Record<string, unknown[]>} lists
 * @returns {Axis}
 */
function axisOf(name, lists) {
  const settings = Object.entries(lists).map(([key, values]) => ({ key, path: key.split("."), values }));
  const values = settings[0]?.values ?? [];
  const short = values.map((value) =>
    typeof value === "object"
      ? ""
      : (String(value)
          .toLowerCase()
          .match(/[a-z0-9]+/g)
          ?.join("-") ?? ""),
  );
  const labels = short.every((label) => isName(label)) ? short : values.map((_, i) => String(i + 1));
  return { name, labels: labels.map((label) => `${name}-${label}`), settings };
}

/**
 * @param {readonly Axis[]} axes
 * @returns {Coordinates[]} first the experiment itself; those of which all are set in the order of the axes' values
 */
function combinations(axes) {
  return axes.reduce(
    (/** @type {Coordinates[]} */ found, { labels }) =>
      found.flatMap((one) => [[...one, undefined], ...labels.map((_, i) => [...one, i])]),
    [[]],
  );
}

/**
 * @param {string} experiment
 * @param {readonly Axis[]} axes
 * @param {Coordinates} coordinates
 * @returns {string}
 */
function pointName(experiment, axes, coordinates) {
  return runName(
    experiment,
    axes.flatMap(({ labels }, i) => labels[coordinates[i] ?? -1] ?? []),
  );
}

/**
 * @param {Composed} base
 * @param {readonly Axis[]} axes
 * @param {Coordinates} coordinates
 * @param {string} name
 * @param {Problems} problems
 * @returns {Composed | undefined}
 */
function composePoint(base, axes, coordinates, name, problems) {
  const set = axes.flatMap(({ name: axis, settings }, i) => {
    const at = coordinates[i];
    return at === undefined
      ? []
      : settings.map(({ key, path, values }) => ({ axis, key, path, at, value: values[at] }));
  });
  if (set.length === 0) return base;
  if (!isRunName(name)) {
    problems.add(base.source.at(["sweep"]), `a point would be called ${name}; ${nameRule}`);
    return undefined;
  }
  /** @type {Source} */
  const source = {
    ...base.source,
    at(path) {
      const [section = "", name = ""] = path.map(String);
      const known = section === "stages" ? base.stages.has(name) : base.methods.has(name);
      // What no setting changes is where the experiment has it, unless a setting created all of it.
      const setting =
        set.find((one) => one.path.every((key, i) => i >= path.length || key === path[i])) ??
        (known ? undefined : set.find((one) => one.path[0] === section && one.path[1] === name));
      if (setting === undefined) return base.source.at(path);
      const rest = path.slice(setting.path.length);
      return base.source.at(["sweep", setting.axis, setting.key, setting.at, ...rest]);
    },
  };
  const json = set.reduce(
    (/** @type {unknown} */ content, { path, value }) => mergeAt(content, path, value),
    {},
  );
  const shaped = checkShape(json, source, problems);
  return shaped && compose(name, shaped, source, base, problems);
}

/**
 * @param {readonly Axis[]} axes
 * @param {readonly { experiment: Composed, coordinates: Coordinates }[]} points
 * @returns {Map<string, Set<number>>} the axes that change a stage's own section, and those of the stages it reads
 */
function dependence(axes, points) {
  const names = new Set(points.flatMap(({ experiment }) => [...experiment.stages.keys()]));
  const depends = new Map([...names].map((name) => [name, /** @type {Set<number>} */ (new Set())]));
  /** @type {Map<string, Set<string>>} */
  const readers = new Map();
  const sections = points.map(({ experiment, coordinates }) => ({
    sections: ownSections(experiment, readers),
    coordinates,
  }));
  for (const i of axes.keys()) {
    /** @type {Map<string, Map<string, string | undefined>>} */
    const alike = new Map();
    for (const { sections: own, coordinates } of sections) {
      const others = JSON.stringify(coordinates.with(i, undefined));
      const first = alike.get(others);
      if (first === undefined) alike.set(others, own);
      else for (const name of names) if (first.get(name) !== own.get(name)) depends.get(name)?.add(i);
    }
  }
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop())
    for (const reader of readers.get(name) ?? []) {
      const [own, more] = [depends.get(reader), depends.get(name)];
      const size = own?.size;
      for (const axis of more ?? []) own?.add(axis);
      if (own?.size !== size) open.push(reader);
    }
  return depends;
}

/**
 * @param {Composed} experiment
 * @param {Map<string, Set<string>>} readers of each stage; added to
 * @returns {Map<string, string | undefined>} a hash of what each stage says itself
 */
function ownSections(experiment, readers) {
  return new Map(
    [...experiment.stages.values()].map((stage) => {
      const inputs = namedInputs(experiment, stage);
      for (const name of [...inputs.values()].flat())
        readers.set(name, (readers.get(name) ?? new Set()).add(stage.name));
      const { model, seed } = experiment;
      const { kind, config, run } = stage;
      const section = { uses: kind.uses, config, run, model, seed, inputs: Object.fromEntries(inputs) };
      return [stage.name, hashOf(canonicalJson(section))];
    }),
  );
}

/**
 * The name of the point where a stage is computed, which has only the axes that it depends on.
 *
 * @param {Sweep} sweep
 * @param {string} experiment
 * @param {Coordinates} coordinates of a point that has the stage
 * @param {string} stage
 * @returns {string}
 */
export function homePoint({ axes, depends }, experiment, coordinates, stage) {
  const own = depends.get(stage);
  return pointName(
    experiment,
    axes,
    coordinates.map((value, i) => (own?.has(i) ? value : undefined)),
  );
}
