import { readdir } from "node:fs/promises";
import { SessionError } from "./errors.ts";
import { hasCode, sessionDirectory, sessionsFolder } from "./session-directory.ts";
import { UUID } from "./session-id.ts";

/** Long enough not to be mistaken for a folder's name, short enough to type. */
const SHORTEST_PREFIX = 4;
const ID_OR_PREFIX = new RegExp(`^[0-9a-f][0-9a-f-]{${SHORTEST_PREFIX - 1},35}$`);

/** Candidates that an error lists; a longer list would not help to choose. */
const MAX_CANDIDATES = 5;

/** Whether a name is an id, complete or shortened, and not a path: a path has a slash, a dot or other letters. */
export function isSessionId(named: string): boolean {
  return ID_OR_PREFIX.test(named.toLowerCase());
}

/**
 * The path of a session that is named by its id, by the beginning of its id, by its folder or by its manifest. An id is
 * looked up in the data folder and nowhere else; a folder of that name elsewhere is named by a path (`./ID`).
 *
 * @throws {SessionError} SESSION_ID_AMBIGUOUS, SESSION_NOT_FOUND where no session has an id that begins so
 */
export async function findSession(dataDir: string, name: string): Promise<string> {
  if (!isSessionId(name)) return name;
  const named = name.toLowerCase();
  if (UUID.test(named)) return sessionDirectory(dataDir, named);
  const candidates = (await sealedSessions(dataDir)).filter((id) => id.startsWith(named));
  const [only] = candidates;
  if (only === undefined) throw new SessionError({ code: "SESSION_NOT_FOUND", path: named });
  if (candidates.length === 1) return sessionDirectory(dataDir, only);
  const shown = candidates.slice(0, MAX_CANDIDATES);
  throw new SessionError({
    code: "SESSION_ID_AMBIGUOUS",
    prefix: named,
    count: candidates.length,
    candidates: shown,
  });
}

/** Ids of the sessions whose folders are in the data folder, in their order. */
export async function sealedSessions(dataDir: string): Promise<string[]> {
  try {
    return (await readdir(sessionsFolder(dataDir))).filter((name) => UUID.test(name)).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}
