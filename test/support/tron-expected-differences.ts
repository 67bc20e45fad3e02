/** An answer that is not as recorded, where it is not, and why. */
export interface ExpectedDifference {
  /** Scenario and index of the call, e.g. `06#0`. */
  readonly call: string;
  /** The fields that differ. */
  readonly fields: readonly string[];
  readonly reason: string;
}

const RACE =
  "recorded within milliseconds of a block: the solidity service had counted it and the head had not, and this node changes both at once";
const STAKED =
  "between these scenarios the owner staked and unstaked (26, 27), which is not built, so that he has another balance";

/** Everything that differs on purpose in the scenarios that are replayed. */
export const EXPECTED_DIFFERENCES: readonly ExpectedDifference[] = [
  {
    call: "01#8",
    fields: [".witnesses[0].address"],
    reason: "the witnesses here have keys that everybody knows",
  },
  {
    call: "02#13",
    fields: [".owner_permission"],
    reason: "the burned TRX is a number here, not an account whose key nobody has",
  },
  {
    call: "06#0",
    fields: [".block_header.raw_data.number", ".block_header.raw_data.timestamp"],
    reason: RACE,
  },
  {
    call: "06#18",
    fields: [".block_header.raw_data.number", ".block_header.raw_data.timestamp"],
    reason: RACE,
  },
  {
    call: "08#0",
    fields: [
      ".transaction.txID",
      ".transaction.raw_data.ref_block_bytes",
      ".transaction.raw_data.ref_block_hash",
      ".transaction.raw_data_hex",
    ],
    reason:
      "the recorded node referred to its genesis block this once; here it is always the confirmed block",
  },
  {
    call: "16#78",
    fields: [".block_header.raw_data.number", ".block_header.raw_data.timestamp"],
    reason: RACE,
  },
  {
    call: "17#8",
    fields: [".block_header.raw_data.number", ".block_header.raw_data.timestamp"],
    reason: RACE,
  },
  {
    call: "20#11",
    fields: [
      ".transaction.txID",
      ".transaction.raw_data.ref_block_bytes",
      ".transaction.raw_data.ref_block_hash",
      ".transaction.raw_data.expiration",
      ".transaction.raw_data_hex",
    ],
    reason:
      "with transactions pending, the recorded solidity service built on the head; without (22#25), and here always, on the solid block",
  },
  {
    call: "24#1",
    fields: [".constant_result[0]"],
    reason: "block.coinbase is another witness; the test of the environment compares the other words",
  },
  {
    call: "24#10",
    fields: [".constant_result[0]"],
    reason: "the hash of a block of which the recordings have only the first eight bytes",
  },
  {
    call: "28#23",
    fields: [".balance", ".latest_opration_time", ".account_resource.latest_consume_time_for_energy"],
    reason: STAKED,
  },
  {
    call: "28#24",
    fields: [".balance", ".latest_opration_time", ".account_resource.latest_consume_time_for_energy"],
    reason: STAKED,
  },
];
