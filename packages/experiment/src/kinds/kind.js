/** The declaration of a kind of stage, readable before anything is built: by the Nx plugin, help, checks and stages. */

/**
 * What a kind of stage expects of the stages in a role.
 *
 * @typedef {object} Role
 * @property {readonly string[]} tables names of the tables that each of them must have written
 * @property {boolean} [optional] whether an experiment may leave the role out; default false
 * @property {boolean} [several] whether more than one stage may be in the role; default false
 */

/**
 * What a stage needs of a machine: a hint for batch schedulers, never part of a cache key.
 *
 * @typedef {object} Resources
 * @property {number | "all"} cores processor cores
 * @property {number} memoryGiB main memory in GiB
 */

/**
 * A kind of stage: what it reads, what it writes, where its program is and what it needs. Tables are given by the names
 * of their schemas.
 *
 * @typedef {object} StageKind
 * @property {string} uses the kind's name, as in an experiment's `uses`
 * @property {string} package folder in `packages/` of the package that does the work
 * @property {string} description what a stage of this kind does, in one line
 * @property {Readonly<Record<string, Role>>} roles what it reads, by role
 * @property {readonly string[]} [files] keys of its configuration that name a file or a list of files, such as "import.train";
 *   their paths are relative to the experiment's folder
 * @property {readonly string[]} [folders] the same for keys that name a folder, whose files it reads
 * @property {string} [runs] whose training runs its tables are about: "own" if it trains, else the role
 *   whose runs they are; default: no runs
 * @property {readonly string[]} outputs names of the tables that it must write
 * @property {boolean} parallelism whether it may run in parallel with other tasks; false if it uses every core itself
 * @property {boolean} [readsManifests] whether it shows how its inputs were made, so it is out of date when that changes
 *   even if their rows do not; default false
 * @property {Resources} resources
 */

/**
 * The program of a kind of stage, relative to the repository's root. It is there after a build.
 *
 * @param {StageKind} kind
 * @returns {string}
 */
export function programOf(kind) {
  return `packages/${kind.package}/dist/main.js`;
}
