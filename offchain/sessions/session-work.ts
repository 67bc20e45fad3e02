import { chunkWork } from "./chunk-work.ts";
import { SessionError, type SessionErrorDetails } from "./errors.ts";
import { runLanes } from "./run-lanes.ts";
import type { SealedSession } from "./sealed-session.ts";

/** A session that was read and has a valid owner's signature, or its error. */
export type LoadedSession =
  | { readonly sealed: SealedSession }
  | { readonly refusal: SessionErrorDetails; readonly cause: unknown };

/** Sessions that a thread reads at a time: most of reading a small file is waiting. */
const LANES = 8;

/** The computations for sessions and their chunks, in any thread. */
export const sessionWork = {
  ...chunkWork,

  /**
   * Reads sealed sessions as `loadSession` does.
   *
   * @returns one answer for each path, in the same order.
   */
  async loadSessions({ paths }: { readonly paths: readonly string[] }): Promise<LoadedSession[]> {
    // Imported only here: a thread that seals does not need it.
    const { loadSession } = await import("./load-session.ts");
    const loaded: LoadedSession[] = [];
    const load = async (place: number) => {
      try {
        loaded[place] = { sealed: await loadSession(paths[place] as string) };
      } catch (error) {
        if (!(error instanceof SessionError)) throw error;
        loaded[place] = { refusal: error.details, cause: error.cause };
      }
    };
    await runLanes({ count: paths.length, lanes: LANES, openLane: () => load });
    return loaded;
  },
};

export type SessionWork = typeof sessionWork;
