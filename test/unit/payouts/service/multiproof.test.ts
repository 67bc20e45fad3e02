import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { id } from "ethers";
import fc from "fast-check";
import { joinProofs } from "../../../../offchain/payouts/service/multiproof.ts";
import { merkleMultiproof, merkleProof, merkleTree } from "../../../../offchain/sessions/merkle-tree.ts";

function treeOf(count: number) {
  const leaves = Array.from({ length: count }, (_, index) => id(`leaf ${index}`));
  return { leaves, tree: merkleTree(leaves, count) };
}

describe("one proof for several rows", () => {
  it("of a run is the one that is made of the tree", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), fc.nat(), (count, first, length) => {
        const { leaves, tree } = treeOf(count);
        const from = first % count;
        const to = Math.min(count - 1, from + (length % 30));
        const rows = leaves
          .slice(from, to + 1)
          .map((leaf, offset) => ({ leaf, proof: merkleProof(tree, from + offset) }));
        expect(joinProofs(rows)).to.deep.equal(merkleMultiproof(tree, from, to));
      }),
    );
  });

  it("of rows with gaps holds by OpenZeppelin's own verification", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.array(fc.nat(), { minLength: 1 }), (count, picks) => {
        const { leaves, tree } = treeOf(count);
        const places = [...new Set(picks.map((pick) => pick % count))].sort((a, b) => a - b);
        const joined = joinProofs(
          places.map((place) => ({ leaf: leaves[place] as string, proof: merkleProof(tree, place) })),
        );
        expect(SimpleMerkleTree.verifyMultiProof(tree.root, joined)).to.equal(true);
      }),
    );
  });
});
