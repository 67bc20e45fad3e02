import { sha256, toBase58Check } from "../address.ts";
import { ENERGY_PRICE, TRX } from "../chain-parameters.ts";
import { encode } from "../protobuf/codec.ts";
import { newAccount } from "../state/account.ts";
import { Layer } from "../state/layer.ts";
import { World } from "../state/world.ts";
import { typeUrl } from "../transaction/from-json.ts";
import { contractTypeNumber, transactionOf } from "../transaction/transaction.ts";
import { type Block, blockId, rootOf } from "./block.ts";
import { addressOfKey } from "./witnesses.ts";

/** An account of the genesis block. */
export interface GenesisAccount {
  /** 21 bytes in hex. */
  readonly address: string;
  readonly name?: string;
  /** In sun. */
  readonly balance: bigint;
}

/** An account that the node funds, with its key, which is public: what is sent to it elsewhere is lost. */
export interface FundedAccount {
  /** base58check */
  readonly address: string;
  /** 64 hex digits, as tronweb takes it. */
  readonly privateKey: string;
}

const FUNDED_ACCOUNTS = 10;
const FUNDED_BALANCE = 1_000_000n * TRX;

/** The accounts that a node funds where none are given. */
export const FUNDED: readonly FundedAccount[] = Array.from({ length: FUNDED_ACCOUNTS }, (_, index) => {
  const privateKey = sha256(Buffer.from(`tron-node account ${index}`));
  return { address: toBase58Check(addressOfKey(privateKey)), privateKey: privateKey.toString("hex") };
});

export const FUNDED_GENESIS: readonly GenesisAccount[] = FUNDED.map(({ privateKey }) => ({
  address: addressOfKey(Buffer.from(privateKey, "hex")).toString("hex"),
  balance: FUNDED_BALANCE,
}));

/** Who pays the first balances: the text of an address that nobody has. */
const NOBODY = Buffer.from(`0x${"0".repeat(21)}`, "ascii");
const NO_PARENT = "00".repeat(32);
const MOTTO = Buffer.from("A TRON node for development: its coins are worth nothing.", "ascii");

export interface GenesisOptions {
  readonly accounts: readonly GenesisAccount[];
  /** Sun a unit. @default ENERGY_PRICE */
  readonly energyPrice?: bigint | undefined;
  /** An id in place of its own. */
  readonly id?: string | undefined;
}

/** The first block: a transfer to each account, which is the same for the same accounts. */
export function genesisBlock({ accounts, energyPrice = ENERGY_PRICE, id }: GenesisOptions): Block {
  const layer = new Layer();
  const world = new World(layer);
  world.setPrices({ energy: energyPrice, energyHistory: `0:${energyPrice}` });
  for (const { address, name, balance } of accounts)
    world.setAccount(newAccount(address, { balance, ...(name === undefined ? {} : { name }) }));
  const transactions = accounts.map((account) => ({
    transaction: firstTransfer(account),
    receipt: undefined,
  }));
  const transactionRoot = rootOf(transactions.map(({ transaction }) => sha256(transaction.raw)));
  return {
    number: 0,
    id: id ?? blockId(0, sha256(Buffer.concat([transactionRoot, MOTTO]))),
    parentId: NO_PARENT,
    timestamp: 0,
    witness: MOTTO,
    transactionRoot,
    witnessSignature: undefined,
    transactions,
    layer,
  };
}

function firstTransfer({ address, balance }: GenesisAccount) {
  const value = { owner_address: NOBODY, to_address: Buffer.from(address, "hex"), amount: balance };
  const parameter = { type_url: typeUrl("TransferContract"), value: encode("TransferContract", value) };
  return transactionOf({ contract: [{ type: contractTypeNumber("TransferContract"), parameter }] }, []);
}
