import { MAX_PROOF_BYTES, PROOF_FORMAT } from "../../offchain/anchoring/proof-format.ts";
import { SessionError } from "../../offchain/sessions/errors.ts";

/** A file that the visitor chose. */
export interface ChosenFile {
  readonly name: string;
  readonly size: number;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

export interface TextFile {
  readonly name: string;
  readonly text: string;
}

type FileKind = "proof" | "statement" | "signatures" | "explanation";

/** What the chosen files are, by their names and first fields. */
export interface SortedFiles {
  readonly proofs: readonly TextFile[];
  readonly chunks: readonly ChosenFile[];
  readonly statement: TextFile | undefined;
  readonly signatures: TextFile | undefined;
  /** What `payout explain --json` printed. */
  readonly explanation: TextFile | undefined;
}

/** A longer text would not fit a string; a statement of a million rows has some 350 MB. */
const MAX_TEXT_BYTES = 2 ** 29 - 2 ** 16;
const CHUNK_NAME = /\.chunk$/i;

export const isChunkFile = ({ name }: Pick<ChosenFile, "name">): boolean => CHUNK_NAME.test(name);

/**
 * Sorts files by what they are. Whatever is none of the others is taken for a session proof, so that reading it says
 * what is wrong with it.
 *
 * @throws {SessionError} FILE_TOO_LARGE
 */
export async function sortFiles(files: readonly ChosenFile[]): Promise<SortedFiles> {
  const chunks = files.filter(isChunkFile);
  const texts = await Promise.all(files.filter((file) => !isChunkFile(file)).map(readText));
  const byKind = Map.groupBy(texts, ({ kind }) => kind);
  return {
    proofs: byKind.get("proof") ?? [],
    chunks: chunks.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    statement: byKind.get("statement")?.[0],
    signatures: byKind.get("signatures")?.[0],
    explanation: byKind.get("explanation")?.[0],
  };
}

async function readText(file: ChosenFile): Promise<TextFile & { readonly kind: FileKind }> {
  requireSize(file, MAX_TEXT_BYTES);
  const text = new TextDecoder().decode(await file.bytes());
  const kind = kindOf(text);
  if (kind === "proof") requireSize(file, MAX_PROOF_BYTES);
  return { name: file.name, text, kind };
}

/** @throws {SessionError} FILE_TOO_LARGE */
function requireSize({ name: path, size: fileBytes }: ChosenFile, maxBytes: number): void {
  if (fileBytes > maxBytes) throw new SessionError({ code: "FILE_TOO_LARGE", path, fileBytes, maxBytes });
}

function kindOf(text: string): FileKind {
  const fields = fieldsOf(text);
  if (fields === undefined || fields.format === PROOF_FORMAT) return "proof";
  if ("checks" in fields && "epochs" in fields) return "explanation";
  if ("budget" in fields && "rows" in fields) return "statement";
  if ("planner" in fields || "approver" in fields) return "signatures";
  return "proof";
}

function fieldsOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Reading it as a proof reports what is wrong.
    return undefined;
  }
}
