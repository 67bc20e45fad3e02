/** What a node or pool states of itself, and what its pool countersigns. */
const REGISTRATION_FIELDS = [
  { name: "account", type: "address" },
  { name: "sequence", type: "uint64" },
  { name: "kind", type: "string" },
  { name: "action", type: "string" },
  { name: "vrfPublicKey", type: "bytes" },
  { name: "tronAddress", type: "string" },
  { name: "poolId", type: "address" },
] as const satisfies Fields;

/**
 * Every EIP-712 message of PoOT: names, fields, their types and their order, for encoders and wallets alike.
 * docs/consensus-messages.md lists them; a test holds the two to each other.
 *
 * A task proof's message holds every field of its document but the signatures, the stamp and the id, so that the same
 * claim has one digest however often it is signed. What is optional in a document is the zero address, empty bytes or
 * an empty string here.
 */
export const MESSAGE_TYPES = {
  /** By the node: it relayed so many bytes of a session. */
  RelayBandwidthProof: [
    { name: "nodeId", type: "address" },
    { name: "poolId", type: "address" },
    { name: "slot", type: "uint64" },
    { name: "sessionId", type: "bytes32" },
    { name: "bytes", type: "uint64" },
  ],
  /** By the node: its answer to a storage challenge. */
  StorageAvailabilityProof: [
    { name: "nodeId", type: "address" },
    { name: "poolId", type: "address" },
    { name: "slot", type: "uint64" },
    { name: "challenge", type: "uint8" },
    { name: "commitment", type: "bytes32" },
    { name: "chunk", type: "Chunk" },
    { name: "chunkProof", type: "bytes32[]" },
    { name: "segmentIndex", type: "uint32" },
    { name: "segment", type: "bytes" },
    { name: "segmentProof", type: "bytes32[]" },
  ],
  /** By the node: it claims the credit for its BlockValidation. */
  ValidationSignatureProof: [
    { name: "nodeId", type: "address" },
    { name: "poolId", type: "address" },
    { name: "slot", type: "uint64" },
    { name: "blockHash", type: "bytes32" },
  ],
  /** By the node: it was there. */
  UptimeBeaconProof: [
    { name: "nodeId", type: "address" },
    { name: "poolId", type: "address" },
    { name: "slot", type: "uint64" },
    { name: "vrfProof", type: "bytes" },
  ],
  /** By a session's owner: this node relayed so many bytes of it, claimed in this slot. */
  RelayReceipt: [
    { name: "sessionId", type: "bytes32" },
    { name: "nodeId", type: "address" },
    { name: "slot", type: "uint64" },
    { name: "bytes", type: "uint64" },
  ],
  /** By whoever leads the slot: this is its block. */
  SlotBlock: [
    { name: "slot", type: "uint64" },
    { name: "blockHash", type: "bytes32" },
  ],
  /** By a node that has checked the slot's block. */
  BlockValidation: [
    { name: "slot", type: "uint64" },
    { name: "blockHash", type: "bytes32" },
  ],
  /** By whoever closes the inputs of a slot. */
  SlotTally: [
    { name: "slot", type: "uint64" },
    { name: "proofCount", type: "uint64" },
    { name: "proofsRoot", type: "bytes32" },
    { name: "talliesRoot", type: "bytes32" },
    { name: "entityCount", type: "uint64" },
  ],
  /** By a node or pool: it registers, changes its registration or leaves. */
  NodeRecord: REGISTRATION_FIELDS,
  /** By the pool that a NodeRecord names: it takes the node as a member, with exactly this record. */
  PoolCountersignature: REGISTRATION_FIELDS,
} as const satisfies Record<string, Fields>;

/** Structs within messages. */
export const STRUCT_TYPES = {
  Chunk: [
    { name: "idx", type: "uint32" },
    { name: "sizeBytes", type: "uint32" },
    { name: "ciphertextSha256", type: "bytes32" },
    { name: "contentRoot", type: "bytes32" },
  ],
} as const satisfies Record<string, Fields>;

export type FieldType =
  | "address"
  | "bytes32"
  | "bytes"
  | "string"
  | "uint8"
  | "uint32"
  | "uint64"
  | "bytes32[]"
  | "Chunk";
export type Fields = readonly { readonly name: string; readonly type: FieldType }[];

export type MessageName = keyof typeof MESSAGE_TYPES;

type Structs = typeof STRUCT_TYPES;
/** Whole numbers below 2^53, hex strings (0x…), text. */
type ValueOf<Type> = Type extends "uint8" | "uint32" | "uint64"
  ? number
  : Type extends "bytes32[]"
    ? readonly string[]
    : Type extends keyof Structs
      ? MessageOfFields<Structs[Type]>
      : string;
type MessageOfFields<F extends Fields> = {
  readonly [Field in F[number] as Field["name"]]: ValueOf<Field["type"]>;
};
export type Message<Name extends MessageName> = MessageOfFields<(typeof MESSAGE_TYPES)[Name]>;
/** Any message, told by its name. */
export type NamedMessage = {
  [Name in MessageName]: { readonly name: Name; readonly message: Message<Name> };
}[MessageName];

/** The types of one message as wallets and ethers take them: the message first, then the structs within it. */
export function walletTypes(name: MessageName): Record<string, { name: string; type: string }[]> {
  const fields: Fields = MESSAGE_TYPES[name];
  const structs = Object.entries(STRUCT_TYPES).filter(([struct]) =>
    fields.some(({ type }) => type === struct),
  );
  return Object.fromEntries(
    [[name, fields] as const, ...structs].map(([key, own]) => [key, own.map((field) => ({ ...field }))]),
  );
}
