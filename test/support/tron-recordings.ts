import { readdir, readFile } from "node:fs/promises";
import { isObject, type Json, type JsonObject, parseJson } from "../../devnet/tron/json/parse-json.ts";

const FOLDER = new URL("../vectors/tron/", import.meta.url);

/** One call of a recorded scenario, and what a java-tron node answered. */
export interface RecordedCall {
  readonly scenario: string;
  readonly index: number;
  /** Unix milliseconds at which the answer had come. */
  readonly t: number;
  readonly method: string;
  readonly path: string;
  readonly note?: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly status: number;
  readonly answerType?: string;
  /** The body of the answer. */
  readonly answer: string;
}

/** Reads a scenario by its number. */
export async function readScenario(number: string): Promise<readonly RecordedCall[]> {
  const names = await readdir(FOLDER);
  const name = names.find((candidate) => candidate.startsWith(`${number}-`));
  if (name === undefined) throw new Error(`there is no recording ${number}`);
  const calls = JSON.parse(await readFile(new URL(name, FOLDER), "utf8")) as RecordedCall[];
  return calls.map((call, index) => ({ ...call, scenario: name.replace(".json", ""), index }));
}

/** The answer as JSON; its text where it is not JSON. */
export function recordedAnswer({ answer }: RecordedCall): Json {
  try {
    return parseJson(answer);
  } catch {
    return answer;
  }
}

const SLOT_MS = 3_000;
const LIFETIME_MS = 60_000;

/** What recordings tell of a chain: the time of each block, and the ids that transactions refer to. */
export interface Timeline {
  /** Block times in Unix milliseconds; every number up to the last one known. */
  readonly times: ReadonlyMap<number, number>;
  readonly ids: ReadonlyMap<number, string>;
  /** Which block came to hold a transaction. */
  readonly blockOf: ReadonlyMap<string, number>;
}

/** Collects them from all answers and from the references of all transactions. */
export function timelineOf(calls: readonly RecordedCall[]): Timeline {
  const [times, ids] = [new Map<number, number>(), new Map<number, string>()];
  const blockOf = new Map<string, number>();
  const found = (value: Json | undefined): void => {
    if (Array.isArray(value)) for (const entry of value) found(entry);
    if (!isObject(value)) return;
    noteBlock(value, times, ids);
    if (typeof value.id === "string" && typeof value.blockNumber === "number")
      blockOf.set(value.id, value.blockNumber);
    noteReference(value, ids);
    for (const entry of Object.values(value)) found(entry);
  };
  for (const call of calls) {
    found(recordedAnswer(call));
    if (call.body?.startsWith("{")) found(parseBody(call.body));
  }
  return { times: filled(times), ids, blockOf };
}

function parseBody(body: string): Json | undefined {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}

function noteBlock(value: JsonObject, times: Map<number, number>, ids: Map<number, string>): void {
  const { blockID: id, block_header: header, blockNumber, blockTimeStamp } = value;
  if (typeof blockNumber === "number") times.set(blockNumber, Number(blockTimeStamp));
  if (typeof id !== "string" || !isObject(header) || !isObject(header.raw_data)) return;
  const number = Number(header.raw_data.number ?? 0);
  ids.set(number, id);
  if (number > 0) times.set(number, Number(header.raw_data.timestamp));
}

/** A reference has a block's last two bytes of the number, and eight bytes of its id. */
function noteReference(
  { ref_block_bytes: bytes, ref_block_hash: hash }: JsonObject,
  ids: Map<number, string>,
) {
  if (typeof bytes !== "string" || typeof hash !== "string") return;
  const number = Number.parseInt(bytes, 16);
  if (!ids.has(number)) ids.set(number, `${number.toString(16).padStart(16, "0")}${hash.padEnd(48, "0")}`);
}

/** Blocks between two known ones came in consecutive slots, the missed ones last. */
function filled(known: ReadonlyMap<number, number>): Map<number, number> {
  const numbers = [...known.keys()].sort((one, other) => one - other);
  const times = new Map(known);
  numbers.forEach((number, index) => {
    const next = numbers[index + 1];
    for (let between = number + 1; next !== undefined && between < next; between++)
      times.set(between, (times.get(between - 1) ?? 0) + SLOT_MS);
  });
  return times;
}

/** The least and the greatest number that the head can have had when a call was answered. */
export interface HeadRange {
  readonly least: number;
  readonly most: number;
}

/** What an answer tells of the head at its time. @param lag of /walletsolidity, in blocks */
export function headEvidence(call: RecordedCall, timeline: Timeline, lag: number): HeadRange {
  const answer = recordedAnswer(call);
  const behind = call.path.startsWith("/walletsolidity") ? lag : 0;
  const built = headOfBuilder(call, answer, timeline);
  if (built !== undefined) return { least: built, most: built };
  const exact = headShown(call, answer);
  if (exact !== undefined) return { least: exact + behind, most: exact + behind };
  return lookUpEvidence(call, answer, timeline, behind);
}

const ANYWHERE: HeadRange = { least: 0, most: Number.POSITIVE_INFINITY };

/** A transaction that is found is in a block that the service knew; one that is not found came later. */
function lookUpEvidence(call: RecordedCall, answer: Json, { blockOf }: Timeline, behind: number): HeadRange {
  const isInfo = call.path.endsWith("/gettransactioninfobyid");
  if (!isInfo && !(behind > 0 && call.path.endsWith("/gettransactionbyid"))) return ANYWHERE;
  const asked = parseBody(call.body ?? "");
  const block = isObject(asked) ? blockOf.get(String(asked.value)) : undefined;
  if (block === undefined || !isObject(answer)) return ANYWHERE;
  const isFound = Object.keys(answer).length > 0;
  return isFound ? { ...ANYWHERE, least: block + behind } : { ...ANYWHERE, most: block + behind - 1 };
}

function headShown(call: RecordedCall, answer: Json): number | undefined {
  if (!isObject(answer)) return undefined;
  const isHead = /\/(getnowblock|getblock)$/.test(call.path) && !call.body?.includes("id_or_num");
  if (isHead && isObject(answer.block_header) && isObject(answer.block_header.raw_data))
    return Number(answer.block_header.raw_data.number ?? 0);
  return typeof answer.block === "string" ? Number(/^Num:(\d+)/.exec(answer.block)?.[1]) : undefined;
}

/** A transaction that the node built expires a minute after its head. */
function headOfBuilder(call: RecordedCall, answer: Json, timeline: Timeline): number | undefined {
  if (!isObject(answer) || call.path.startsWith("/walletsolidity")) return undefined;
  const built = isObject(answer.transaction) ? answer.transaction : answer;
  const isBuilt = /\/(create|trigger)\w+$/.test(call.path) && isObject(built.raw_data);
  if (!isBuilt || !isObject(built.raw_data)) return undefined;
  const headTime = Number(built.raw_data.expiration) - LIFETIME_MS;
  return [...timeline.times].find(([, time]) => time === headTime)?.[0];
}
