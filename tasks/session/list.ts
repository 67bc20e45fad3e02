import { isoTime } from "../../offchain/anchoring/iso-time.ts";
import { SettingsError } from "../../offchain/config/errors.ts";
import { UUID } from "../../offchain/sessions/session-id.ts";
import type { SessionDocument, SessionStatus } from "../../offchain/store/documents.ts";
import { eachPage, type PageRequest } from "../../offchain/store/repositories/repository.ts";
import { SESSION_MOVES, type Sessions } from "../../offchain/store/repositories/sessions.ts";

import { parseWhole } from "../options.ts";
import { runTask } from "../run-task.ts";
import { openContext } from "../store-context.ts";

interface ListArguments {
  limit?: string | undefined;
  after?: string | undefined;
  status?: string | undefined;
  json: boolean;
}

/** Rows per page for people; a program gets all. */
const ROWS_TO_READ = 50;

export default async function list(args: ListArguments) {
  return await runTask(args, async (terminal) => {
    const status = parseStatus(args.status);
    const most = parseLimit(args.limit) ?? (terminal.isRead ? ROWS_TO_READ : undefined);
    await using context = await openContext({ readOnly: true });
    const { sessions } = context.store;
    const after = args.after === undefined ? undefined : await cursorAt(sessions, args.after);
    const readPage = (page: PageRequest) =>
      status === undefined ? sessions.all(page) : sessions.byStatus(status, page);
    let last: SessionDocument | undefined;
    const rows = async function* () {
      for await (const documents of eachPage(readPage, { after, limit: most })) {
        last = documents.at(-1);
        yield documents.map(rowOf);
      }
    };
    if ((await terminal.pages(rows())) === 0) terminal.line(nothingText(args));
    if (last !== undefined && most !== undefined) {
      const more = await sessions.countAfter(last, status);
      if (more > 0) terminal.line(`${more} more: ${nextCommand(args, last)}`);
    }
    return {};
  });
}

function rowOf(session: SessionDocument) {
  return {
    session: session._id,
    label: session.label,
    started: isoTime(session.started_at),
    chunks: session.chunk_count,
    bytes: session.size_bytes,
    status: session.status,
    mode: session.anchor_mode,
    registered: session.registered_at === undefined ? undefined : isoTime(session.registered_at),
    transaction: session.anchor_txid,
  };
}

/** @throws {SettingsError} ARGUMENT_INVALID */
async function cursorAt(sessions: Sessions, id: string) {
  const session = UUID.test(id) ? await sessions.get(id) : undefined;
  if (session !== undefined) return sessions.cursorOf(session);
  const expected = "the full id of a session in this store";
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "--after", value: id, expected });
}

/** @throws {SettingsError} ARGUMENT_INVALID */
function parseLimit(limit: string | undefined): number | undefined {
  if (limit === undefined) return undefined;
  const most = parseWhole("--limit", limit);
  if (most > 0) return most;
  const expected = "a whole number above 0";
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "--limit", value: limit, expected });
}

/** @throws {SettingsError} ARGUMENT_INVALID */
function parseStatus(value: string | undefined): SessionStatus | undefined {
  if (value === undefined) return undefined;
  const choices = Object.keys(SESSION_MOVES) as SessionStatus[];
  const status = choices.find((name) => name === value.toLowerCase());
  if (status !== undefined) return status;
  const expected = `one of ${choices.join(", ")}`;
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "--status", value, expected });
}

function nothingText({ after, status }: ListArguments): string {
  if (after !== undefined) return "No session comes after that one.";
  if (status !== undefined) return `No session in the store is ${status.toLowerCase()}.`;
  return "There is no session in the store. Seal one: npx hardhat session seal FILE";
}

/** The command that shows the next page. */
function nextCommand({ limit, status }: ListArguments, { _id }: SessionDocument): string {
  const options = [
    ...(status === undefined ? [] : ["--status", status]),
    ...(limit === undefined ? [] : ["--limit", limit]),
  ];
  return ["npx hardhat session list", ...options, "--after", _id].join(" ");
}
