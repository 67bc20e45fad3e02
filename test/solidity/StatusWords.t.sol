// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ILucidChunkStore } from "../../contracts/interfaces/ILucidChunkStore.sol";
import { StatusWord, StatusWords } from "../../contracts/libraries/StatusWords.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Moves } from "./support/Moves.sol";

contract StatusWordsTest is LucidTest {
    uint256 private constant CHUNKS_A_WORD = 64;
    uint256 private constant BITS = 4;
    uint256 private constant STATUSES = 5;

    function testFuzz_wordOf_holds64Chunks(uint32 idx) public pure {
        vm.assertEq(StatusWords.wordOf(idx), idx / CHUNKS_A_WORD, "64 chunks a word");
    }

    function testFuzz_set_changesOnlyItsOwnFourBits(uint256 seed, uint32 idx, uint256 status) public pure {
        status = status % STATUSES;
        uint256 before = _wellFormed(seed);
        uint256 afterwards = StatusWord.unwrap(
            StatusWord.wrap(before).set(idx, ILucidChunkStore.ChunkStatus(status))
        );
        for (uint256 place = 0; place < CHUNKS_A_WORD; ++place) {
            uint256 expected = place == idx % CHUNKS_A_WORD ? status : _bitsAt(before, place);
            vm.assertEq(_bitsAt(afterwards, place), expected, "its own bits and no others");
        }
    }

    function testFuzz_get_readsItsOwnFourBits(uint256 seed, uint32 idx) public pure {
        uint256 word = _wellFormed(seed);
        vm.assertEq(
            uint256(StatusWord.wrap(word).get(idx)),
            _bitsAt(word, idx % CHUNKS_A_WORD),
            "the four bits at its place"
        );
    }

    function testFuzz_move_agreesWithTheRuleAndWithSet(uint256 seed, uint32 idx, uint256 target) public pure {
        ILucidChunkStore.ChunkStatus to = ILucidChunkStore.ChunkStatus(target % STATUSES);
        StatusWord word = StatusWord.wrap(_wellFormed(seed));
        (bool isLegal, StatusWord moved) = word.move(idx, StatusWords.originsOf(to), to);
        vm.assertTrue(isLegal == Moves.isLegal(word.get(idx), to), "legal by the rule");
        vm.assertEq(StatusWord.unwrap(moved), StatusWord.unwrap(word.set(idx, to)), "moved as set moves it");
    }

    /// @dev A word whose 64 fields are all one of the five status values.
    function _wellFormed(uint256 seed) private pure returns (uint256 word) {
        for (uint256 place = 0; place < CHUNKS_A_WORD; ++place) {
            word = (word << BITS) | (uint256(keccak256(abi.encode(seed, place))) % STATUSES);
        }
    }

    function _bitsAt(uint256 word, uint256 place) private pure returns (uint256) {
        return (word / 2 ** (BITS * place)) % 2 ** BITS;
    }
}
