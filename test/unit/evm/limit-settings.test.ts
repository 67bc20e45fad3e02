import { assert } from "chai";
import { SettingsError } from "../../../offchain/config/errors.ts";
import { readSettings } from "../../../offchain/config/settings.ts";

const REFUSED = [
  ["LUCID_MAX_GAS_PER_CALL", "0"],
  ["LUCID_MAX_GAS_PER_CALL", "1e6"],
  ["LUCID_MAX_FEE_GWEI", "0"],
  ["LUCID_MAX_FEE_GWEI", "0.0000000001"],
  ["LUCID_MAX_WEI_PER_HOUR", "1 ether"],
  ["LUCID_MAX_RPC_FAILURES", "-1"],
  ["LUCID_BREAKER_COOLDOWN_SECONDS", "half"],
  ["LUCID_LOG_LEVEL", "loud"],
] as const;

describe("settings of the limits", () => {
  it("have defaults that let a full batch through", () => {
    const { maxGasPerCall, maxFeePerGas, maxWeiPerHour, maxRpcFailures, breakerCooldownMs, logLevel } =
      readSettings({});
    assert.equal(maxGasPerCall, 16_777_216n);
    assert.equal(maxFeePerGas, 500n * 10n ** 9n);
    assert.equal(maxWeiPerHour, 10n ** 18n);
    assert.deepEqual([maxRpcFailures, breakerCooldownMs, logLevel], [5, 30_000, "warn"]);
  });

  it("take gwei with decimals", () => {
    assert.equal(readSettings({ LUCID_MAX_FEE_GWEI: "0.05" }).maxFeePerGas, 50_000_000n);
  });

  for (const [setting, value] of REFUSED) {
    it(`refuse ${setting}=${value}, by name`, () => {
      try {
        readSettings({ [setting]: value });
      } catch (error) {
        assert.instanceOf(error, SettingsError);
        assert.deepInclude((error as SettingsError).details, { code: "SETTING_INVALID", setting, value });
        return;
      }
      assert.fail("it was taken");
    });
  }
});
