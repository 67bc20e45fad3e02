import { assert } from "chai";
import { decodeBase58, encodeBase58, getBytes, sha256, toBeHex } from "ethers";
import fc from "fast-check";
import { SettingsError } from "../../offchain/config/errors.ts";
import { hexOf, parseTronAddress, tronAddressOf } from "../../offchain/tron-address.ts";

/** USDT-TRC20 on TRON's main network, in both forms as TRON's explorers show it. */
const USDT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
const USDT_HEX = "0xa614f803b6fd780986a42c78ec9c7f77e6ded13c";

function refuses(read: () => string): void {
  try {
    read();
  } catch (error) {
    assert.instanceOf(error, SettingsError);
    assert.equal((error as SettingsError).code, "TRON_ADDRESS_INVALID");
    return;
  }
  assert.fail("it was accepted");
}

describe("TRON addresses", () => {
  it("are the 20 bytes of the contracts and back", () => {
    assert.equal(hexOf(USDT), USDT_HEX);
    assert.equal(tronAddressOf(USDT_HEX), USDT);
    assert.equal(tronAddressOf(USDT_HEX.toUpperCase().replace("0X", "0x")), USDT);
    assert.equal(parseTronAddress(USDT), USDT);
  });

  it("keep leading zeros", () => {
    const zero = `0x${"00".repeat(20)}`;
    assert.equal(tronAddressOf(zero), "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb");
    assert.equal(hexOf("T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb"), zero);
  });

  it("are what ethers makes of the same bytes", () => {
    const account = fc.uint8Array({ minLength: 20, maxLength: 20 });
    const sample = fc.property(account, (bytes) => {
      const address = `0x41${Buffer.from(bytes).toString("hex")}`;
      const checked = `${address}${sha256(sha256(address)).slice(2, 10)}`;
      const base58 = encodeBase58(checked);
      assert.equal(tronAddressOf(`0x${address.slice(4)}`), base58);
      assert.equal(hexOf(base58), `0x${address.slice(4)}`);
      assert.equal(toBeHex(decodeBase58(base58), getBytes(checked).length), checked);
    });
    fc.assert(sample, { numRuns: 200 });
  });

  it("are refused with a changed character, another length or alphabet, or in hex", () => {
    const wrong = [
      "",
      "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6T",
      `${USDT}1`,
      USDT.slice(0, -1),
      ` ${USDT.slice(1)}`,
      USDT.replace("R", "0"),
      USDT_HEX,
      `41${USDT_HEX.slice(2)}`,
    ];
    for (const text of wrong) {
      refuses(() => parseTronAddress(text));
      refuses(() => hexOf(text));
    }
  });

  it("are refused with the prefix of another chain", () => {
    refuses(() => parseTronAddress("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"));
    refuses(() => parseTronAddress(encodeBase58(`0x41${"11".repeat(24)}`)));
  });

  it("are refused where the bytes are not an address", () => {
    refuses(() => tronAddressOf(`0x41${USDT_HEX.slice(2)}`));
    refuses(() => tronAddressOf(USDT_HEX.slice(2)));
  });
});
