import { sha256 } from "../address.ts";
import { decode, encode, type Plain } from "../protobuf/codec.ts";
import { type ContractType, contractTypeEnum, isContractType } from "../protobuf/schema.ts";

/** A transaction as it was signed, decoded. */
export interface Transaction {
  /** SHA-256 of the raw data, in hex. */
  readonly id: string;
  /** The raw data's canonical encoding. */
  readonly raw: Buffer;
  readonly signatures: readonly Buffer[];
  readonly refBlockBytes: Buffer;
  readonly refBlockHash: Buffer;
  /** Unix milliseconds, by the chain's time. */
  readonly expiration: bigint;
  /** In sun; 0 where none was given. */
  readonly feeLimit: bigint;
  readonly memo: Buffer;
  /** Undefined where it holds none, or none of a type that is known here. */
  readonly contract: TransactionContract | undefined;
}

export interface TransactionContract {
  readonly type: ContractType;
  readonly permissionId: number;
  readonly owner: Buffer;
  /** The message of that type. */
  readonly value: Plain;
}

const NOTHING = Buffer.alloc(0);

/** @param raw a `Transaction.Raw` message @throws {JavaError} where its contract's parameter is not of its type */
export function transactionOf(raw: Plain, signatures: readonly Buffer[]): Transaction {
  const encoded = encode("Transaction.Raw", raw);
  return {
    id: sha256(encoded).toString("hex"),
    raw: encoded,
    signatures,
    refBlockBytes: (raw.ref_block_bytes as Buffer | undefined) ?? NOTHING,
    refBlockHash: (raw.ref_block_hash as Buffer | undefined) ?? NOTHING,
    expiration: (raw.expiration as bigint | undefined) ?? 0n,
    feeLimit: (raw.fee_limit as bigint | undefined) ?? 0n,
    memo: (raw.data as Buffer | undefined) ?? NOTHING,
    contract: contractOf(raw),
  };
}

/** The raw data as a message. */
export const rawOf = (transaction: Transaction): Plain => decode("Transaction.Raw", transaction.raw);

function contractOf(raw: Plain): TransactionContract | undefined {
  const [contract] = (raw.contract ?? []) as Plain[];
  if (contract === undefined) return undefined;
  const type = contractTypeName(contract);
  if (!isContractType(type)) return undefined;
  const parameter = contract.parameter as Plain | undefined;
  const value = decode(type, (parameter?.value as Buffer | undefined) ?? NOTHING);
  const owner = (value.owner_address as Buffer | undefined) ?? NOTHING;
  return { type, permissionId: Number(contract.Permission_id ?? 0), owner, value };
}

/** The name of a contract's type; undefined where it is not known here. */
export function contractTypeName(contract: Plain): string | undefined {
  return contractTypeEnum.valuesById[Number(contract.type ?? 0)];
}

/** The number of a contract's type. */
export function contractTypeNumber(name: ContractType): number {
  const number = contractTypeEnum.values[name];
  if (number === undefined) throw new Error(`the schema has no contract type ${name}`);
  return number;
}

/** Its bytes on the wire, without results. */
export function wireBytes({ raw, signatures }: Transaction): Buffer {
  return encode("Transaction", { raw_data: decode("Transaction.Raw", raw), signature: [...signatures] });
}
