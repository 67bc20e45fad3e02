// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @notice Builds the trees that the contracts only check, written from the definitions and not from the contracts.
library Trees {
    uint256 internal constant SEGMENT_BYTES = 1024;

    /// @notice OpenZeppelin's tree: complete, in an array, the leaves at its end in reverse, pairs sorted.
    function build(bytes32[] memory leaves) internal pure returns (bytes32[] memory tree) {
        tree = new bytes32[](2 * leaves.length - 1);
        for (uint256 i = 0; i < leaves.length; ++i) tree[tree.length - 1 - i] = leaves[i];
        for (uint256 i = leaves.length - 1; i > 0; --i) {
            (bytes32 a, bytes32 b) = (tree[2 * i - 1], tree[2 * i]);
            tree[i - 1] = a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
        }
    }

    function proofOf(bytes32[] memory tree, uint256 leaf) internal pure returns (bytes32[] memory proof) {
        proof = new bytes32[](tree.length);
        uint256 length = 0;
        for (uint256 i = tree.length - 1 - leaf; i > 0; i = (i - 1) / 2) proof[length++] = tree[_sibling(i)];
        _cut(proof, length);
    }

    /// @notice One proof for the leaves `from` to `to`, both included.
    function multiproofOf(
        bytes32[] memory tree,
        uint256 from,
        uint256 to
    ) internal pure returns (bytes32[] memory proof, bool[] memory flags) {
        uint256[] memory places = new uint256[](to - from + 1);
        for (uint256 i = 0; i < places.length; ++i) places[i] = from + i;
        return multiproofOf(tree, places);
    }

    /// @notice One proof for the leaves at these places, which ascend.
    function multiproofOf(
        bytes32[] memory tree,
        uint256[] memory places
    ) internal pure returns (bytes32[] memory proof, bool[] memory flags) {
        uint256[] memory queue = new uint256[](tree.length + places.length);
        uint256 tail = 0;
        for (uint256 i = 0; i < places.length; ++i) queue[tail++] = tree.length - 1 - places[i];
        proof = new bytes32[](tree.length);
        flags = new bool[](tree.length);
        uint256 proofLength = 0;
        uint256 steps = 0;
        for (uint256 head = 0; queue[head] > 0;) {
            uint256 node = queue[head++];
            bool isSiblingKnown = head < tail && queue[head] == _sibling(node);
            if (isSiblingKnown) ++head;
            else proof[proofLength++] = tree[_sibling(node)];
            flags[steps++] = isSiblingKnown;
            queue[tail++] = (node - 1) / 2;
        }
        _cut(proof, proofLength);
        assembly ("memory-safe") {
            mstore(flags, steps)
        }
    }

    function segmentCount(bytes memory content) internal pure returns (uint256) {
        return (content.length + SEGMENT_BYTES - 1) / SEGMENT_BYTES;
    }

    function segmentAt(bytes memory content, uint256 index) internal pure returns (bytes memory segment) {
        uint256 start = index * SEGMENT_BYTES;
        uint256 rest = content.length - start;
        segment = new bytes(rest < SEGMENT_BYTES ? rest : SEGMENT_BYTES);
        // Not byte by byte: that takes most of the time of the tests that prove storage. Nor by mcopy: the tests of what
        // runs on TRON use this file too.
        assembly ("memory-safe") {
            let from := add(add(content, 0x20), start)
            let to := add(segment, 0x20)
            let length := mload(segment)
            for {
                let i := 0
            } lt(i, length) {
                i := add(i, 0x20)
            } {
                mstore(add(to, i), mload(add(from, i)))
            }
        }
    }

    /// @notice MTH of RFC 6962, section 2.1.
    function contentRoot(bytes memory content) internal pure returns (bytes32) {
        if (content.length == 0) return sha256("");
        return _hashRange(content, 0, segmentCount(content));
    }

    /// @notice PATH of RFC 6962, section 2.1.1.
    function auditPath(bytes memory content, uint256 index) internal pure returns (bytes32[] memory path) {
        uint256 depth = 0;
        (uint256 start, uint256 end) = (0, segmentCount(content));
        path = new bytes32[](end);
        while (end - start > 1) {
            uint256 middle = start + _split(end - start);
            if (index < middle) {
                path[depth++] = _hashRange(content, middle, end);
                end = middle;
            } else {
                path[depth++] = _hashRange(content, start, middle);
                start = middle;
            }
        }
        for (uint256 i = 0; i < depth / 2; ++i) {
            (path[i], path[depth - 1 - i]) = (path[depth - 1 - i], path[i]);
        }
        _cut(path, depth);
    }

    function _hashRange(bytes memory content, uint256 start, uint256 end) private pure returns (bytes32) {
        if (end - start == 1) return sha256(abi.encodePacked(uint8(0), segmentAt(content, start)));
        uint256 middle = start + _split(end - start);
        return
            sha256(
                abi.encodePacked(
                    uint8(1),
                    _hashRange(content, start, middle),
                    _hashRange(content, middle, end)
                )
            );
    }

    /// @dev The largest power of two below `count`.
    function _split(uint256 count) private pure returns (uint256 power) {
        power = 1;
        while (power * 2 < count) power *= 2;
    }

    function _sibling(uint256 node) private pure returns (uint256) {
        return node % 2 == 0 ? node - 1 : node + 1;
    }

    function _cut(bytes32[] memory list, uint256 length) private pure {
        assembly ("memory-safe") {
            mstore(list, length)
        }
    }
}
