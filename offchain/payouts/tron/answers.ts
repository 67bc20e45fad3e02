import { z } from "zod";

const hex = z.string().regex(/^[0-9a-fA-F]*$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** Zero fields are left out. */
const number = z.int().nonnegative().default(0);

/** `getblock`, `getnowblock`, `getblockbynum`; of the genesis block number and timestamp are left out. */
export const blockSchema = z
  .looseObject({
    blockID: hash,
    block_header: z.looseObject({ raw_data: z.looseObject({ number, timestamp: number }) }),
  })
  .transform(({ blockID, block_header: { raw_data } }) => ({
    id: blockID,
    number: raw_data.number,
    timestamp: raw_data.timestamp,
  }));

/** A block's header. `timestamp` is Unix milliseconds. */
export type TronBlock = z.infer<typeof blockSchema>;

const logSchema = z.looseObject({
  /** 20 bytes, without 0x and 41. */
  address: z.string().regex(/^[0-9a-f]{40}$/),
  topics: z.array(hash).default([]),
  data: hex.default(""),
});

/** An event as EVM tools have it. */
export interface TronLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
}

const receiptSchema = z.looseObject({
  result: z.string().optional(),
  energy_usage_total: number,
  energy_fee: number,
  net_fee: number,
});

const infoSchema = z
  .looseObject({
    id: hash,
    fee: number,
    blockNumber: z.int().positive(),
    blockTimeStamp: z.int().positive(),
    contractResult: z.array(hex).default([]),
    contract_address: hex.optional(),
    receipt: receiptSchema,
    log: z.array(logSchema).default([]),
    result: z.string().optional(),
    resMessage: hex.default(""),
  })
  .transform((info) => ({
    txid: info.id,
    /** Burned, in sun. */
    fee: BigInt(info.fee),
    blockNumber: info.blockNumber,
    /** Unix milliseconds. */
    blockTime: info.blockTimeStamp,
    /** `SUCCESS`, `REVERT`, `OUT_OF_ENERGY`…; a plain transfer of TRX has none, which is success. */
    result: info.result === "FAILED" ? (info.receipt.result ?? "FAILED") : (info.receipt.result ?? "SUCCESS"),
    /** Where it reverted: with what. */
    returned: `0x${info.contractResult[0] ?? ""}`,
    message: Buffer.from(info.resMessage, "hex").toString("latin1"),
    /** 0x and 40 hex digits. */
    contract: info.contract_address === undefined ? undefined : `0x${info.contract_address.slice(-40)}`,
    energy: BigInt(info.receipt.energy_usage_total),
    logs: info.log.map(
      ({ address, topics, data }): TronLog => ({
        address: `0x${address}`,
        topics: topics.map((topic) => `0x${topic}`),
        data: `0x${data}`,
      }),
    ),
  }));

/** The outcome of a transaction that is in a block. */
export type TransactionInfo = z.infer<typeof infoSchema>;

/** `gettransactioninfobyid`: `{}` for what is unknown or pending. */
export const transactionInfoSchema = z.union([infoSchema, z.strictObject({}).transform(() => undefined)]);

export const blockInfosSchema = z.array(infoSchema);

/** `triggerconstantcontract`. A revert has `result.result: true` and a message. */
export const constantCallSchema = z.looseObject({
  result: z.looseObject({
    result: z.boolean().optional(),
    code: z.string().optional(),
    message: z.string().optional(),
  }),
  energy_used: number,
  constant_result: z.array(hex).default([]),
  transaction: z
    .looseObject({ ret: z.array(z.looseObject({ ret: z.string().optional() })).default([]) })
    .optional(),
});

/** `estimateenergy`, which a node may have switched off. */
export const energyEstimateSchema = z.looseObject({ energy_required: z.int().positive().optional() });

export const chainParametersSchema = z
  .looseObject({
    chainParameter: z.array(z.looseObject({ key: z.string(), value: z.int().optional() })),
  })
  .transform(({ chainParameter }) => new Map(chainParameter.map(({ key, value = 0 }) => [key, value])));

/** `getaccountresource`: `{}` for an account that does not exist. */
export const resourcesSchema = z
  .looseObject({
    freeNetUsed: number,
    freeNetLimit: number,
    NetUsed: number,
    NetLimit: number,
    EnergyUsed: number,
    EnergyLimit: number,
  })
  .transform((resources) => ({
    /** Energy from staked TRX that is left. */
    energy: BigInt(Math.max(0, resources.EnergyLimit - resources.EnergyUsed)),
    /** Bytes that are free, and that staked TRX pays for; a transaction takes all from one of them. */
    bandwidth: BigInt(
      Math.max(resources.freeNetLimit - resources.freeNetUsed, resources.NetLimit - resources.NetUsed, 0),
    ),
  }));

/** `getaccount`: `{}` for an account that does not exist. */
export const accountSchema = z
  .looseObject({ balance: number })
  .transform(({ balance }) => ({ balance: BigInt(balance) }));

/** `getnodeinfo`, which public gateways do not answer. */
export const nodeInfoSchema = z.looseObject({ currentConnectCount: z.int().nonnegative() });
