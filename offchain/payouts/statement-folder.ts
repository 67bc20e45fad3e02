import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { readJsonFile, writeJsonFile } from "../sessions/json-file.ts";
import { readRegularFile } from "../sessions/read-regular-file.ts";
import { PayoutError } from "./errors.ts";
import type { ComposedStatement, Statement } from "./statement.ts";
import { type HashedStatement, type StatementSignatures, signaturesSchema } from "./statement-signatures.ts";
import { parseStatement, statementBytes, statementHash } from "./statement-text.ts";

/** A statement of a million rows has some 350 MB; a longer text would not fit a string. */
const MAX_STATEMENT_BYTES = 2 ** 29 - 2 ** 16;
const MAX_SIGNATURES_BYTES = 2 ** 26;
const STATEMENT_FILE = /^(\d{4}-\d{2})\.json$/;

/** A statement as it is on disk. */
export interface StoredStatement extends ComposedStatement, HashedStatement {
  readonly signatures: StatementSignatures;
}

/**
 * Statements and their signatures, a pair of files for each month: `2026-11.json`, which never changes once it is
 * written, and `2026-11.signatures.json`. Each is written whole or not at all.
 */
export class StatementFolder {
  readonly #folder: string;

  /** @param dataDir LUCID_DATA_DIR */
  constructor(dataDir: string) {
    this.#folder = join(dataDir, "statements");
  }

  /** @param month e.g. 2026-11 */
  fileOf(month: string): string {
    return join(this.#folder, `${month}.json`);
  }

  /** Months that have a statement, in order. */
  async months(): Promise<string[]> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    return names.flatMap((name) => STATEMENT_FILE.exec(name)?.[1] ?? []).sort();
  }

  /**
   * @returns undefined where the month has no statement
   * @throws {PayoutError} STATEMENT_MALFORMED
   * @throws {SessionError} FILE_NOT_REGULAR, FILE_TOO_LARGE, FILE_UNREADABLE
   */
  async read(month: string): Promise<StoredStatement | undefined> {
    const file = this.fileOf(month);
    const bytes = await readRegularFile(file, { maxBytes: MAX_STATEMENT_BYTES });
    if (bytes === undefined) return undefined;
    const parsed = parseStatement(bytes, file);
    if (parsed.statement.month.name !== month) {
      const reason = `it is that of ${parsed.statement.month.name}`;
      throw new PayoutError({ code: "STATEMENT_MALFORMED", file, reason });
    }
    return { ...parsed, signatures: await this.#readSignatures(month) };
  }

  /** @throws {PayoutError} STATEMENT_MISSING, and what `read` throws */
  async require(month: string): Promise<StoredStatement> {
    const stored = await this.read(month);
    if (stored !== undefined) return stored;
    throw new PayoutError({ code: "STATEMENT_MISSING", month, file: this.fileOf(month) });
  }

  /** @returns the keccak256 of what was written */
  async write(statement: Statement): Promise<string> {
    const bytes = statementBytes(statement);
    await mkdir(this.#folder, { recursive: true });
    await writeFileAtomic(this.fileOf(statement.month.name), Buffer.concat(bytes));
    return statementHash(bytes);
  }

  async writeSignatures(month: string, signatures: StatementSignatures): Promise<void> {
    await writeJsonFile(this.#signaturesFile(month), signatures);
  }

  async #readSignatures(month: string): Promise<StatementSignatures> {
    const file = this.#signaturesFile(month);
    const parsed = await readJsonFile(file, signaturesSchema, MAX_SIGNATURES_BYTES);
    if (parsed === undefined) return {};
    if ("value" in parsed) return parsed.value;
    throw new PayoutError(
      { code: "STATEMENT_MALFORMED", file, reason: parsed.reason },
      { cause: parsed.cause },
    );
  }

  #signaturesFile(month: string): string {
    return join(this.#folder, `${month}.signatures.json`);
  }
}
