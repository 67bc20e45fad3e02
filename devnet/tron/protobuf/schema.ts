import protobuf from "protobufjs";

/**
 * The messages of TRON's protocol that a payer's transactions and blocks are made of, by the protocol's public field
 * numbers. Fields that no answer here shows are left out.
 */
const SCHEMA = `
syntax = "proto3";
package protocol;

message Any { string type_url = 1; bytes value = 2; }

enum ContractType {
  AccountCreateContract = 0;
  TransferContract = 1;
  CreateSmartContract = 30;
  TriggerSmartContract = 31;
}

message Transaction {
  message Contract {
    ContractType type = 1;
    Any parameter = 2;
    bytes provider = 3;
    bytes ContractName = 4;
    int32 Permission_id = 5;
  }
  message Raw {
    bytes ref_block_bytes = 1;
    int64 ref_block_num = 3;
    bytes ref_block_hash = 4;
    int64 expiration = 8;
    bytes data = 10;
    repeated Contract contract = 11;
    bytes scripts = 12;
    int64 timestamp = 14;
    int64 fee_limit = 18;
  }
  message Result { int32 contractRet = 3; }
  Raw raw_data = 1;
  repeated bytes signature = 2;
  repeated Result ret = 5;
}

message TransferContract { bytes owner_address = 1; bytes to_address = 2; int64 amount = 3; }

message TriggerSmartContract {
  bytes owner_address = 1;
  bytes contract_address = 2;
  int64 call_value = 3;
  bytes data = 4;
  int64 call_token_value = 5;
  int64 token_id = 6;
}

message CreateSmartContract {
  bytes owner_address = 1;
  SmartContract new_contract = 2;
  int64 call_token_value = 3;
  int64 token_id = 4;
}

message SmartContract {
  message ABI {
    message Entry {
      enum EntryType {
        UnknownEntryType = 0; Constructor = 1; Function = 2; Event = 3; Fallback = 4; Receive = 5; Error = 6;
      }
      message Param { bool indexed = 1; string name = 2; string type = 3; }
      enum StateMutabilityType { UnknownMutabilityType = 0; Pure = 1; View = 2; Nonpayable = 3; Payable = 4; }
      bool anonymous = 1;
      bool constant = 2;
      string name = 3;
      repeated Param inputs = 4;
      repeated Param outputs = 5;
      EntryType type = 6;
      bool payable = 7;
      StateMutabilityType stateMutability = 8;
    }
    repeated Entry entrys = 1;
  }
  bytes origin_address = 1;
  bytes contract_address = 2;
  ABI abi = 3;
  bytes bytecode = 4;
  int64 call_value = 5;
  int64 consume_user_resource_percent = 6;
  string name = 7;
  int64 origin_energy_limit = 8;
  bytes code_hash = 9;
  bytes trx_hash = 10;
  int32 version = 11;
}

message BlockHeader {
  message Raw {
    int64 timestamp = 1;
    bytes txTrieRoot = 2;
    bytes parentHash = 3;
    int64 number = 7;
    bytes witness_address = 9;
    int32 version = 10;
  }
  Raw raw_data = 1;
  bytes witness_signature = 2;
}
`;

const root = protobuf.parse(SCHEMA, { keepCase: true }).root.resolveAll();

export type MessageName =
  | "Transaction"
  | "Transaction.Raw"
  | "TransferContract"
  | "TriggerSmartContract"
  | "CreateSmartContract"
  | "SmartContract"
  | "BlockHeader.Raw";

/** The type of a message. */
export function messageType(name: MessageName): protobuf.Type {
  return root.lookupType(`protocol.${name}`);
}

/** Fields that hold an address: base58check where a message is `visible`, hex otherwise. */
export const ADDRESS_FIELDS: ReadonlySet<string> = new Set([
  "address",
  "owner_address",
  "to_address",
  "contract_address",
  "origin_address",
]);

/** The numbers of contracts' types. */
export const contractTypeEnum: protobuf.Enum = root.lookupEnum("protocol.ContractType");

/** The contracts that transactions here may hold, each a message of the same name. */
export const CONTRACT_TYPES = ["TransferContract", "TriggerSmartContract", "CreateSmartContract"] as const;
export type ContractType = (typeof CONTRACT_TYPES)[number];

export const isContractType = (name: unknown): name is ContractType =>
  (CONTRACT_TYPES as readonly unknown[]).includes(name);
