import { LucidError } from "../errors.ts";

/** The process that has an SQLite file open for writing. */
export interface Writer {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
}

/** Everything that can go wrong in the store. Locations never carry credentials. */
export type StoreErrorDetails =
  /**
   * `LUCID_STORE` does not name a store, or names one in memory although the task needs one that is kept.
   * @remedy `mongodb://…/DATABASE`, `mongodb+srv://…/DATABASE`, a path, or `memory:`.
   */
  | { readonly code: "STORE_SETTING_INVALID"; readonly setting: string; readonly reason: string }
  /**
   * The server does not answer, or the file's folder cannot be reached or created.
   * @remedy Start the server, or check that the address or path is right and reachable.
   */
  | { readonly code: "STORE_UNREACHABLE"; readonly location: string; readonly reason: string }
  /**
   * The credentials do not allow this.
   * @remedy Use those of a role that allows it (docs/store.md).
   */
  | { readonly code: "STORE_UNAUTHORISED"; readonly location: string; readonly reason: string }
  /**
   * The server lacks a feature that the guarantees depend on.
   * @remedy Use a server that has it; no guarantee is silently weakened.
   */
  | { readonly code: "STORE_UNFIT"; readonly location: string; readonly lacks: string }
  /**
   * The store is older than this version.
   * @remedy `npx hardhat store migrate` (a new one: `store init`).
   */
  | {
      readonly code: "STORE_MIGRATIONS_PENDING";
      readonly location: string;
      readonly pending: readonly string[];
    }
  /**
   * The store was written by a newer version.
   * @remedy Update Lucid.
   */
  | { readonly code: "STORE_NEWER"; readonly location: string; readonly unknown: readonly string[] }
  /**
   * Validators or indexes differ from the schema.
   * @remedy Find out who changed them; nothing was changed.
   */
  | { readonly code: "STORE_DRIFT"; readonly location: string; readonly differences: readonly string[] }
  /**
   * The file is not a Lucid store.
   * @remedy Point `LUCID_STORE` elsewhere; the file was left as it is.
   */
  | { readonly code: "STORE_FOREIGN"; readonly location: string; readonly reason: string }
  /**
   * The file is incomplete or corrupt.
   * @remedy Restore it from an export or a copy.
   */
  | { readonly code: "STORE_DAMAGED"; readonly location: string; readonly reason: string }
  /**
   * Another process writes to the file; the message says which.
   * @remedy Stop that one, or read only.
   */
  | { readonly code: "STORE_LOCKED"; readonly location: string; readonly writer: Writer | undefined }
  /**
   * A write to a store that was opened for reading.
   * @remedy Open it for writing.
   */
  | { readonly code: "STORE_READ_ONLY"; readonly location: string }
  /**
   * The store was closed before.
   * @remedy Open it again.
   */
  | { readonly code: "STORE_CLOSED"; readonly location: string }
  /**
   * The disk is full; nothing of the write was kept.
   * @remedy Make room, repeat.
   */
  | { readonly code: "STORE_FULL"; readonly location: string }
  /**
   * A document does not fit its type, on write or on read.
   * @remedy Correct the value; if it was read, something other than Lucid wrote it.
   */
  | {
      readonly code: "STORE_DOCUMENT_INVALID";
      readonly collection: string;
      readonly id: string;
      readonly field: string;
      readonly reason: string;
      readonly found: "on write" | "on read";
    }
  /**
   * The server's validator refused a document.
   * @remedy `npx hardhat store status` shows the drift.
   */
  | { readonly code: "STORE_DOCUMENT_REFUSED"; readonly collection: string; readonly reason: string }
  /**
   * A different document with the same key already exists.
   * @remedy Find out why the key was used twice; the existing document was kept.
   */
  | {
      readonly code: "STORE_CONFLICT";
      readonly collection: string;
      readonly id: string;
      readonly field: string;
      readonly conflicts: number;
    }
  /**
   * The status may not change in this way.
   * @remedy Read it again, then decide.
   */
  | {
      readonly code: "STORE_ILLEGAL_MOVE";
      readonly collection: string;
      readonly id: string;
      readonly from: string;
      readonly to: string;
    }
  /**
   * The tallies of a slot were requested before the slot was closed.
   * @remedy Close it first, or check `LUCID_STORE`.
   */
  | { readonly code: "STORE_SLOT_NOT_CLOSED"; readonly slot: number }
  /**
   * A part of a slot's tallies is missing, or belongs elsewhere.
   * @remedy Restore the store from an export.
   */
  | { readonly code: "STORE_TALLY_DAMAGED"; readonly slot: number; readonly reason: string }
  /**
   * A write was sent, and no answer came.
   * @remedy Repeat it: a write that was applied has no further effect.
   */
  | { readonly code: "STORE_OUTCOME_UNKNOWN"; readonly collection: string; readonly reason: string }
  /**
   * An import found documents that are not in the export; or a migration, or reverting one, would lose
   * documents or the named `field`.
   * @remedy Export first, and use an empty store.
   */
  | {
      readonly code: "STORE_NOT_EMPTY";
      readonly collection: string;
      /** What was not done for it. */
      readonly refused: "import" | "migration";
      /** The field that would be lost if documents were kept without it. */
      readonly field?: string;
    }
  /**
   * An export never overwrites a file.
   * @remedy Name another file.
   */
  | { readonly code: "STORE_EXPORT_EXISTS"; readonly path: string }
  /**
   * The export's folder is missing, full, or may not be written.
   * @remedy Name a file in another folder.
   */
  | { readonly code: "STORE_EXPORT_UNWRITABLE"; readonly path: string; readonly reason: string }
  /**
   * The export is missing, is not a regular file, or may not be read.
   * @remedy Give the path of a file that `store export` wrote.
   */
  | { readonly code: "STORE_IMPORT_UNREADABLE"; readonly path: string; readonly reason: string }
  /**
   * A line is not part of an export, or the counts and hashes at its end are not those of its lines. Nothing
   * was written.
   * @remedy Use the complete, unchanged file.
   */
  | { readonly code: "STORE_IMPORT_MALFORMED"; readonly line: number; readonly reason: string }
  /**
   * After the import, counts or hashes differ: something else wrote at the same time.
   * @remedy Stop it, and import into an empty store.
   */
  | { readonly code: "STORE_IMPORT_DIFFERS"; readonly collection: string; readonly reason: string }
  /**
   * The engine failed in an unexpected way.
   * @remedy See the cause.
   */
  | { readonly code: "STORE_FAILED"; readonly location: string; readonly reason: string };

/** A store that cannot be opened, or refuses or fails to do what was asked. */
export class StoreError extends LucidError<StoreErrorDetails> {
  constructor(details: StoreErrorDetails, options?: ErrorOptions) {
    super(details, describe(details), options);
  }
}

function describe(details: StoreErrorDetails): string {
  switch (details.code) {
    case "STORE_SETTING_INVALID":
      return `LUCID_STORE is "${details.setting}": ${details.reason}. Set it to mongodb://…/DATABASE, mongodb+srv://…/DATABASE, the path of a file, or memory:.`;
    case "STORE_UNREACHABLE":
      return `The store at ${details.location} cannot be reached: ${details.reason}. Check that it exists, that a server is running, and that this machine may reach it; then try again.`;
    case "STORE_UNAUTHORISED":
      return `The store at ${details.location} refuses: ${details.reason}. Use the credentials of a role that may do this (docs/store.md lists them).`;
    case "STORE_UNFIT":
      return `The store at ${details.location} lacks ${details.lacks}, and no guarantee is weakened to do without it. Use a server that has it (docs/store.md, "What the server must offer").`;
    case "STORE_MIGRATIONS_PENDING":
      return `The store at ${details.location} has not been migrated to this version: ${details.pending.join(", ")} pending. Run: npx hardhat store migrate (a new store: npx hardhat store init).`;
    case "STORE_NEWER":
      return `The store at ${details.location} was written by a newer version: it holds ${details.unknown.join(", ")}, which this one does not know. Update Lucid, or point LUCID_STORE elsewhere.`;
    case "STORE_DRIFT":
      return `The store at ${details.location} differs from its schema: ${details.differences.join("; ")}. Find out who changed it, then repair it manually; nothing was changed.`;
    case "STORE_FOREIGN":
      return `${details.location} is not a Lucid store: ${details.reason}. It was left as it is; point LUCID_STORE at another path.`;
    case "STORE_DAMAGED":
      return `The store ${details.location} is damaged: ${details.reason}. It was left as it is; restore it from an export (npx hardhat store import) or a copy.`;
    case "STORE_LOCKED":
      return `The store ${details.location} is being written by ${describeWriter(details.writer)}. Only one process may write; stop that one, or open the store for reading.`;
    case "STORE_READ_ONLY":
      return `The store ${details.location} is open for reading only. Open it for writing to change it.`;
    case "STORE_CLOSED":
      return `The store ${details.location} was closed and then used. Open it again.`;
    case "STORE_FULL":
      return `The disk of the store at ${details.location} is full; nothing of this write was kept. Free some space, then repeat it.`;
    case "STORE_DOCUMENT_INVALID":
      return `${details.collection} ${details.id} does not fit its type (${details.found}): ${details.field} ${details.reason}. ${
        details.found === "on write"
          ? "Nothing was written; correct the value."
          : "The stored document was changed by something other than Lucid; restore it from an export."
      }`;
    case "STORE_DOCUMENT_REFUSED":
      return `The server refuses a document of ${details.collection}: ${details.reason}. Compare the server's schema with this version's: npx hardhat store status.`;
    case "STORE_CONFLICT":
      return `${details.collection} ${details.id} already exists with a different ${details.field}${
        details.conflicts > 1 ? ` (the first of ${details.conflicts} such conflicts)` : ""
      }. The existing document was kept; find out why the same key was used for something else.`;
    case "STORE_ILLEGAL_MOVE":
      return `${details.collection} ${details.id} cannot go from ${details.from} to ${details.to}. Read its status again, then decide.`;
    case "STORE_SLOT_NOT_CLOSED":
      return `Slot ${details.slot} has not been closed, so it has no tallies yet. Close it first; if it should be closed, check that LUCID_STORE names the right store.`;
    case "STORE_TALLY_DAMAGED":
      return `The tallies of slot ${details.slot} cannot be read: ${details.reason}. Something other than Lucid changed the store; restore it from an export.`;
    case "STORE_OUTCOME_UNKNOWN":
      return `A write to ${details.collection} was sent, but its outcome is not known: ${details.reason}. Repeat it: inserts and compare-and-sets change nothing when repeated.`;
    case "STORE_NOT_EMPTY":
      return details.refused === "import"
        ? `${details.collection} holds documents that are not in the export. Nothing was written; import into an empty store.`
        : `${details.collection} holds documents${details.field === undefined ? "" : ` with the field ${details.field}`}, which the migration would lose. Export the store first (npx hardhat store export), and use an empty one.`;
    case "STORE_EXPORT_EXISTS":
      return `${details.path} already exists and was left as it is. Name another file, or move that one away.`;
    case "STORE_EXPORT_UNWRITABLE":
      return `The export ${details.path} cannot be written: ${details.reason}. Name a file in an existing folder that may be written and has free space.`;
    case "STORE_IMPORT_UNREADABLE":
      return `The export ${details.path} cannot be read: ${details.reason}. Give the path of the file that store export wrote.`;
    case "STORE_IMPORT_MALFORMED":
      return `Line ${details.line} of the import is not part of an export: ${details.reason}. Nothing was written; take the file that store export wrote, whole and unchanged.`;
    case "STORE_IMPORT_DIFFERS":
      return `After the import ${details.collection} is not what was exported: ${details.reason}. Something else wrote at the same time: stop it, and import into an empty store.`;
    case "STORE_FAILED":
      return `The store at ${details.location} failed: ${details.reason}. This is not expected; see the cause, and npx hardhat store status.`;
  }
}

function describeWriter(writer: Writer | undefined): string {
  if (writer === undefined) return "another process, which has not yet said who it is";
  return `process ${writer.pid} on ${writer.host} since ${writer.since}`;
}
