import {
  MongoAPIError,
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from "mongodb";
import { StoreError, type StoreErrorDetails } from "../errors.ts";

/** The kind of operation: a write whose answer was lost may have been applied. */
export interface Doing {
  readonly location: string;
  readonly collection: string;
  readonly isWrite: boolean;
}

/** Codes of MongoDB's error_codes.yml that are handled specially. */
const DUPLICATE_KEY = 11_000;
const VALIDATION_FAILED = 121;
const UNAUTHORISED = new Set([13, 18, 31, 8_000]);
const OUT_OF_DISK = new Set([14_031]);
const TOO_LARGE = new Set([10_334, 17_419, 17_420]);
/** MongoDB has no separate code for it. */
const NO_SUCH_INDEX = /hint .*does not correspond to an existing index/;
/** The server lost its primary, is going down, or did not get the write confirmed in time. */
const INTERRUPTED = new Set([64, 91, 189, 262, 10_107, 11_600, 11_602, 13_435, 13_436]);

export const isDuplicateKey = (error: { code?: unknown }): boolean => error.code === DUPLICATE_KEY;

/** Whether the same write is worth repeating: the server was lost, or did not confirm in time. */
export function isInterruption(thrown: unknown): boolean {
  if (!(thrown instanceof MongoError)) return false;
  const error = unwrap(thrown);
  if (error instanceof MongoServerSelectionError) return false;
  return error instanceof MongoNetworkError || INTERRUPTED.has(codeOf(error));
}

/** The store's error for what the driver threw; anything else is returned unchanged. */
export function toStoreError(error: unknown, doing: Doing): unknown {
  if (!(error instanceof MongoError)) return error;
  return new StoreError(detailsOf(unwrap(error), doing), { cause: error });
}

/** The driver wraps a connection error of a batch in an error of the batch. */
function unwrap(error: MongoError): MongoError {
  const isBatch =
    error instanceof MongoBulkWriteError && (error.errorResponse as unknown) instanceof MongoError;
  return isBatch ? (error.errorResponse as unknown as MongoError) : error;
}

function detailsOf(error: MongoError, { location, collection, isWrite }: Doing): StoreErrorDetails {
  const reason = reasonOf(error);
  if (error instanceof MongoNotConnectedError || error instanceof MongoTopologyClosedError) {
    return { code: "STORE_CLOSED", location };
  }
  if (error instanceof MongoServerSelectionError) return { code: "STORE_UNREACHABLE", location, reason };
  if (isInterruption(error)) {
    return isWrite
      ? { code: "STORE_OUTCOME_UNKNOWN", collection, reason }
      : { code: "STORE_UNREACHABLE", location, reason };
  }
  const code = codeOf(error);
  if (UNAUTHORISED.has(code)) return { code: "STORE_UNAUTHORISED", location, reason };
  if (code === VALIDATION_FAILED || TOO_LARGE.has(code)) {
    return { code: "STORE_DOCUMENT_REFUSED", collection, reason };
  }
  if (NO_SUCH_INDEX.test(reason))
    return { code: "STORE_DRIFT", location, differences: [`${collection}: ${reason}`] };
  if (OUT_OF_DISK.has(code)) return { code: "STORE_FULL", location };
  if (error instanceof MongoAPIError && /closed/i.test(reason)) return { code: "STORE_CLOSED", location };
  return { code: "STORE_FAILED", location, reason };
}

/** The code of the error, or of the write concern's error inside it. */
function codeOf(error: MongoError): number {
  const { code, writeErrors, result } = error as MongoError & {
    writeErrors?: { code: number }[] | { code: number };
    result?: { writeConcernError?: { code: number } };
  };
  const [first] = [writeErrors ?? []].flat();
  return Number(first?.code ?? result?.writeConcernError?.code ?? code);
}

/** The server's message, and for a refused document the details. */
function reasonOf(error: MongoError): string {
  const { errInfo, writeErrors } = error as MongoError & {
    errInfo?: unknown;
    writeErrors?: { err?: { errInfo?: unknown } }[];
  };
  const found = errInfo ?? [writeErrors ?? []].flat()[0]?.err?.errInfo;
  const details =
    found === undefined ? "" : ` ${JSON.stringify(found, bigintAsText).slice(0, LONGEST_DETAILS)}`;
  return `${error.message}${details}`;
}

const LONGEST_DETAILS = 500;

const bigintAsText = (_key: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
