// @ts-check
/**
 * Computes the cache keys of tasks without running any, in the workspace of its working directory. A parent forks it and
 * sends `{ targets, env }`; each is answered with `{ id: key }` for all tasks of these targets and those they need. Files
 * that a task before them would write are keyed as they are now.
 */
// biome-ignore-start lint/style/noRestrictedImports: Nx names its own parts by their place in its sources

import { readNxJson } from "nx/src/config/nx-json.js";
import { createTaskHasher } from "nx/src/hasher/create-task-hasher.js";
import { createProjectGraphAsync } from "nx/src/project-graph/project-graph.js";
import { createTaskGraph } from "nx/src/tasks-runner/create-task-graph.js";
import { resetWorkspaceContext } from "nx/src/utils/workspace-context.js";

// biome-ignore-end lint/style/noRestrictedImports: Nx names its own parts by their place in its sources

process.on(
  "message",
  async (/** @type {{ targets: string[], env: NodeJS.ProcessEnv }} */ { targets, env }) => {
    // Files are read again for every request.
    resetWorkspaceContext();
    const graph = await createProjectGraphAsync();
    const tasks = createTaskGraph(graph, {}, Object.keys(graph.nodes), targets, undefined, {});
    const all = Object.values(tasks.tasks);
    const hashes = await createTaskHasher(graph, readNxJson(), {}).hashTasks(all, tasks, {
      ...process.env,
      ...env,
    });
    process.send?.(Object.fromEntries(all.map((task, index) => [task.id, hashes[index]?.value])));
  },
);
