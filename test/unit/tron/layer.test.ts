import { assert } from "chai";
import fc from "fast-check";
import { Layer } from "../../../devnet/tron/state/layer.ts";

describe("layers of the TRON node's state", () => {
  it("read through to the layers below, and write into their own", () => {
    const below = new Layer();
    below.set("a", 1);
    const above = below.child();
    above.set("a", 2);
    above.set("b", undefined);
    assert.equal(above.get("a"), 2);
    assert.equal(below.get("a"), 1);
    assert.isUndefined(above.get("b"));
    assert.strictEqual(above.commit(), below);
    assert.equal(below.get("a"), 2);
  });

  it("hide an entry that is set to undefined", () => {
    const below = new Layer();
    below.set("a", 1);
    const above = below.child();
    above.set("a", undefined);
    assert.isUndefined(above.get("a"));
    assert.isUndefined(above.folded().get("a"));
  });

  it("cannot commit or discard the lowest one", () => {
    assert.throws(() => new Layer().commit(), /lowest/);
    assert.throws(() => new Layer().discard(), /lowest/);
  });

  it("read the same when they are folded, and leave the originals as they were", () => {
    const entry = fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.option(fc.nat(), { nil: undefined }));
    fc.assert(
      fc.property(fc.array(fc.array(entry, { maxLength: 4 }), { minLength: 1, maxLength: 40 }), (layers) => {
        let top = new Layer();
        const model = new Map<string, number | undefined>();
        for (const entries of layers) {
          top = top.child();
          for (const [key, value] of entries) {
            top.set(key, value);
            model.set(key, value);
          }
        }
        const folded = top.folded();
        for (const key of ["a", "b", "c", "d"]) {
          assert.equal(folded.get(key), model.get(key));
          assert.equal(top.get(key), model.get(key));
        }
        folded.child().set("a", -1);
        assert.equal(top.get("a"), model.get("a"));
      }),
    );
  });
});
