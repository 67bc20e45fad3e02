// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { ContentTree } from "../../contracts/libraries/ContentTree.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Trees } from "./support/Trees.sol";

contract ContentTreeTest is LucidTest {
    function test_segmentCount_countsTheShortOne() public pure {
        vm.assertEq(ContentTree.segmentCount(0), 0, "none in an empty chunk");
        vm.assertEq(ContentTree.segmentCount(1), 1, "a byte");
        vm.assertEq(ContentTree.segmentCount(1024), 1, "exactly one");
        vm.assertEq(ContentTree.segmentCount(1025), 2, "a byte more");
        vm.assertEq(ContentTree.segmentCount(type(uint32).max), 4_194_304, "2^22 in the largest chunk");
    }

    function testFuzz_verify_holdsForEverySegmentOfEveryLength(uint256 size, uint256 index) public view {
        bytes memory content = _content(bound(size, 1, 20 * 1024));
        index = index % Trees.segmentCount(content);
        vm.assertTrue(_verify(content, index, Trees.auditPath(content, index)), "it is part of the content");
    }

    function testFuzz_verify_failsForAnotherSegmentsPath(
        uint256 size,
        uint256 index,
        uint256 other
    ) public view {
        bytes memory content = _content(bound(size, 1025, 20 * 1024));
        index = index % Trees.segmentCount(content);
        other = other % Trees.segmentCount(content);
        vm.assume(index != other);
        vm.assertFalse(
            _verify(content, index, Trees.auditPath(content, other)),
            "a path only holds for its own segment"
        );
    }

    function testFuzz_verify_failsForAPathOfTheWrongLength(
        uint256 size,
        uint256 index,
        bool isLonger
    ) public view {
        bytes memory content = _content(bound(size, 1025, 20 * 1024));
        index = index % Trees.segmentCount(content);
        bytes32[] memory path = Trees.auditPath(content, index);
        bytes32[] memory wrong = new bytes32[](isLonger ? path.length + 1 : path.length - 1);
        for (uint256 i = 0; i < wrong.length; ++i)
            wrong[i] = i < path.length ? path[i] : Trees.contentRoot(content);
        vm.assertFalse(_verify(content, index, wrong), "the path leads exactly to the root");
    }

    function test_verify_failsForAPathBeyondTheRootThatHashesToIt() public view {
        // Where the walk did not stop at the top, the root of this larger tree would pass for that of one segment.
        bytes memory content = _content(2048);
        vm.assertFalse(
            this.check(
                Trees.contentRoot(content),
                1024,
                0,
                Trees.segmentAt(content, 0),
                Trees.auditPath(content, 0)
            ),
            "a chunk of one segment has no path"
        );
    }

    function testFuzz_verify_failsBeyondTheEnd(uint256 size, uint256 beyond) public view {
        bytes memory content = _content(bound(size, 0, 5 * 1024));
        uint32 index = uint32(bound(beyond, Trees.segmentCount(content), type(uint32).max));
        vm.assertFalse(
            this.check(Trees.contentRoot(content), uint32(content.length), index, "", new bytes32[](0)),
            "there is no such segment"
        );
    }

    function test_verify_failsForAnEmptySegmentAtTheVeryEnd() public view {
        // MTH of one empty segment, offered for the place right after the last byte.
        bytes32 root = sha256(hex"00");
        vm.assertFalse(this.check(root, 0, 0, "", new bytes32[](0)), "an empty chunk has no segment");
    }

    function test_verify_failsForASegmentOfTheWrongLength() public view {
        // The hash is right in each case: only the length is wrong.
        bytes memory segment = _content(1023);
        bytes32 root = Trees.contentRoot(segment);
        vm.assertTrue(this.check(root, 1023, 0, segment, new bytes32[](0)), "the right length");
        vm.assertFalse(this.check(root, 1022, 0, segment, new bytes32[](0)), "a byte too many");
        vm.assertFalse(this.check(root, 1024, 0, segment, new bytes32[](0)), "a byte too few");
        bytes memory longer = _content(1025);
        bytes32 longerRoot = sha256(abi.encodePacked(uint8(0), longer));
        vm.assertFalse(this.check(longerRoot, 1025, 0, longer, new bytes32[](0)), "longer than a segment");
    }

    function test_verify_failsForAnInnerNodeAsASegment() public view {
        bytes memory content = _content(2048);
        bytes memory node = abi.encodePacked(
            sha256(abi.encodePacked(uint8(0), Trees.segmentAt(content, 0))),
            sha256(abi.encodePacked(uint8(0), Trees.segmentAt(content, 1)))
        );
        vm.assertFalse(
            this.check(Trees.contentRoot(content), 64, 0, node, new bytes32[](0)),
            "leaves and nodes have different prefixes"
        );
    }

    /// @dev External, because the library reads calldata.
    function check(
        bytes32 root,
        uint32 sizeBytes,
        uint32 index,
        bytes calldata segment,
        bytes32[] calldata path
    ) external pure returns (bool) {
        return ContentTree.verify(root, sizeBytes, index, segment, path);
    }

    function _verify(bytes memory content, uint256 index, bytes32[] memory path) private view returns (bool) {
        return
            this.check(
                Trees.contentRoot(content),
                uint32(content.length),
                uint32(index),
                Trees.segmentAt(content, index),
                path
            );
    }

    function _content(uint256 size) private pure returns (bytes memory content) {
        content = new bytes(size);
        for (uint256 i = 0; i < size; ++i) content[i] = bytes1(uint8(i ^ (i >> 8)));
    }
}
