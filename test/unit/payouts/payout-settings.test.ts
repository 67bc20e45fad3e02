import { expect } from "chai";
import { SettingsError } from "../../../offchain/config/errors.ts";
import { readSettings } from "../../../offchain/config/settings.ts";
import { TRON_NETWORKS } from "../../../offchain/config/tron-networks.ts";

const code = (variables: Record<string, string>) => {
  try {
    readSettings(variables);
  } catch (error) {
    if (error instanceof SettingsError)
      return `${error.code} ${"setting" in error.details ? error.details.setting : ""}`;
    throw error;
  }
  return "none";
};

describe("the settings of payouts on TRON", () => {
  it("a network's name gives its chain id, nodes and token", () => {
    const { chainId, fullHost, usdt } = TRON_NETWORKS.mainnet;
    expect(readSettings({ TRON_NETWORK: "mainnet" })).to.deep.include({
      ...{ tronChainId: chainId, tronFullHosts: [fullHost], tronSolidityHosts: [fullHost], usdtTrc20: usdt },
      payoutMaxFee: 1_000_000_000n,
    });
    const local = readSettings({ TRON_NETWORK: "devnet" });
    expect(local.tronSolidityHosts).to.deep.equal(["http://127.0.0.1:8091"]);
    expect(local.usdtTrc20).to.equal(undefined);
  });

  it("solidified reads go to the same nodes unless others are named", () => {
    const hosts = "http://one:8090, http://two:8090";
    const { tronFullHosts, tronSolidityHosts } = readSettings({
      TRON_NETWORK: "nile",
      TRON_FULL_HOST: hosts,
    });
    expect(tronFullHosts).to.deep.equal(["http://one:8090", "http://two:8090"]);
    expect(tronSolidityHosts).to.deep.equal(tronFullHosts);
    const apart = { TRON_NETWORK: "nile", TRON_FULL_HOST: hosts, TRON_SOLIDITY_HOST: "http://one:8091" };
    expect(readSettings(apart).tronSolidityHosts).to.deep.equal(["http://one:8091"]);
  });

  it("without a network nothing is assumed", () => {
    expect(readSettings({})).to.deep.include({
      tronChainId: undefined,
      tronFullHosts: [],
      usdtTrc20: undefined,
    });
    expect(readSettings({ TRON_CHAIN_ID: "1234" })).to.deep.include({
      tronChainId: 1_234n,
      tronFullHosts: [],
    });
  });

  it("a bad value is refused by its setting's name", () => {
    for (const [setting, value] of [
      ["TRON_NETWORK", "moonnet"],
      ["TRON_CHAIN_ID", "0x12"],
      ["TRON_FULL_HOST", "localhost:8090"],
      ["TRON_SOLIDITY_HOST", "ftp://one"],
      ["USDT_TRC20_ADDRESS", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u"],
      ["PAYOUT_MAX_FEE_TRX", "15001"],
    ] as const) {
      expect(code({ [setting]: value })).to.equal(`SETTING_INVALID ${setting}`);
    }
  });
});
