// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { LucidAnchors } from "../../contracts/LucidAnchors.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Trees } from "./support/Trees.sol";

/// @notice Calls LucidAnchors with few ids and few contents, so that repeats and conflicts are common, and keeps
/// count of what has to come of it.
contract AnchorsHandler is LucidTest {
    uint256 public constant IDS = 6;
    /// @notice Contents that an id may be offered with. All sessions of a variant also make a tree.
    uint256 public constant VARIANTS = 3;

    address private immutable admin;
    address private immutable registrar;
    address private immutable stranger;

    mapping(uint256 variant => bytes32[]) private trees;
    mapping(uint256 id => bytes32) public firstCommitment;
    mapping(uint256 id => uint256) public firstVariant;
    mapping(uint256 variant => uint32) public firstTreeCount;

    uint256 public committed;
    uint256 public repeated;
    uint256 public conflicts;
    uint256 public promoted;
    uint256 public refused;
    uint256 public pauses;
    uint256 public intrusions;

    constructor(LucidAnchors target, address admin_, address registrar_, address stranger_) {
        anchors = target;
        (admin, registrar, stranger) = (admin_, registrar_, stranger_);
        for (uint256 variant = 0; variant < VARIANTS; ++variant) trees[variant] = _treeOf(variant);
    }

    /// @dev The contracts come from the test: a setUp of the handler's own would replace them.
    function setUp() public pure override {}

    function registerOne(uint256 id, uint256 variant) external {
        (id, variant) = (id % IDS, variant % VARIANTS);
        ILucidAnchors.Session memory s = sessionAt(id, variant);
        vm.prank(registrar);
        try
            anchors.registerSession(
                s.sessionId,
                s.manifestHash,
                s.startedAt,
                s.owner,
                s.merkleRoot,
                s.chunkCount
            )
        {
            vm.assertTrue(_expectCommitted(id, variant), "a conflict has to revert");
        } catch {
            vm.assertFalse(_expectCommitted(id, variant), "nothing else may revert");
        }
    }

    function registerMany(uint256 firstId, uint256 count, uint256 variant) external {
        firstId = firstId % IDS;
        count = bound(count, 1, IDS - firstId);
        ILucidAnchors.Session[] memory batch = new ILucidAnchors.Session[](count);
        for (uint256 i = 0; i < count; ++i)
            batch[i] = sessionAt(firstId + i, (variant >> (8 * i)) % VARIANTS);
        uint256 before = committed;
        vm.prank(registrar);
        uint256 registered = anchors.registerSessions(batch);
        for (uint256 i = 0; i < count; ++i) _expectCommitted(firstId + i, (variant >> (8 * i)) % VARIANTS);
        vm.assertEq(registered, committed - before, "the new ones are counted");
    }

    function registerTreeAndPromote(uint256 id, uint256 variant, uint32 count) external {
        (id, variant) = (id % IDS, variant % VARIANTS);
        count = uint32(bound(count, 1, 2));
        bytes32 root = rootOf(variant);
        vm.prank(registrar);
        try anchors.registerSessionTree(root, count) {
            vm.assertTrue(
                firstTreeCount[variant] == 0 || firstTreeCount[variant] == count,
                "another count has to revert"
            );
            firstTreeCount[variant] = count;
        } catch {
            vm.assertTrue(firstTreeCount[variant] != count, "nothing else may revert");
        }
        vm.prank(stranger);
        try anchors.promoteSession(root, sessionAt(id, variant), proofOf(id, variant)) {
            vm.assertTrue(_expectCommitted(id, variant), "a conflict has to revert");
            ++promoted;
        } catch {
            vm.assertFalse(_expectCommitted(id, variant), "nothing else may revert");
        }
    }

    function intrude(uint256 id, uint256 way) external {
        _offerAs(stranger, sessionAt(id % IDS, way % VARIANTS), way % 3);
    }

    function offerWhilePaused(uint256 id, uint256 way) external {
        vm.prank(admin);
        anchors.pause();
        _offerAs(registrar, sessionAt(id % IDS, way % VARIANTS), way % 3);
        vm.prank(admin);
        anchors.unpause();
        ++pauses;
    }

    function sessionAt(
        uint256 id,
        uint256 variant
    ) public pure returns (ILucidAnchors.Session memory session) {
        session = sampleSession(id * VARIANTS + variant);
        session.sessionId = sessionIdOf(id);
    }

    function sessionIdOf(uint256 id) public pure returns (bytes32) {
        return hashOf("id", id);
    }

    function rootOf(uint256 variant) public view returns (bytes32) {
        return trees[variant][0];
    }

    function proofOf(uint256 id, uint256 variant) public view returns (bytes32[] memory) {
        return Trees.proofOf(trees[variant], id);
    }

    function _offerAs(address sender, ILucidAnchors.Session memory s, uint256 way) private {
        bytes memory data = abi.encodeCall(ILucidAnchors.registerSessionTree, (s.manifestHash, 1));
        if (way == 1) {
            ILucidAnchors.Session[] memory batch = new ILucidAnchors.Session[](1);
            batch[0] = s;
            data = abi.encodeCall(ILucidAnchors.registerSessions, (batch));
        }
        if (way == 2) {
            data = abi.encodeCall(
                ILucidAnchors.registerSession,
                (s.sessionId, s.manifestHash, s.startedAt, s.owner, s.merkleRoot, s.chunkCount)
            );
        }
        vm.prank(sender);
        (bool isAccepted, ) = address(anchors).call(data);
        if (isAccepted) ++intrusions;
        else ++refused;
    }

    /// @dev Follows what has to come of an offer; false where it is a conflict.
    function _expectCommitted(uint256 id, uint256 variant) private returns (bool) {
        bytes32 offered = commitmentOf(sessionAt(id, variant));
        if (firstCommitment[id] == 0) {
            (firstCommitment[id], firstVariant[id]) = (offered, variant);
            ++committed;
            return true;
        }
        bool isSame = firstCommitment[id] == offered;
        if (isSame) ++repeated;
        else ++conflicts;
        return isSame;
    }

    function _treeOf(uint256 variant) private pure returns (bytes32[] memory) {
        bytes32[] memory leaves = new bytes32[](IDS);
        for (uint256 id = 0; id < IDS; ++id) leaves[id] = leafOf(sessionAt(id, variant));
        return Trees.build(leaves);
    }
}

contract LucidAnchorsInvariantTest is LucidTest {
    uint256 private constant FIELDS = 6;

    AnchorsHandler private handler;

    function setUp() public override {
        super.setUp();
        handler = new AnchorsHandler(anchors, ADMIN, REGISTRAR, STRANGER);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev Also that what was never registered does not stand.
    function invariant_aCommitmentNeverChanges() public view {
        for (uint256 id = 0; id < handler.IDS(); ++id) {
            vm.assertEq(
                anchors.commitmentOf(handler.sessionIdOf(id)),
                handler.firstCommitment(id),
                "the slot holds what was committed first"
            );
        }
    }

    function invariant_whatWasRegisteredVerifies() public view {
        for (uint256 id = 0; id < handler.IDS(); ++id) {
            if (handler.firstCommitment(id) == 0) continue;
            ILucidAnchors.Session memory session = handler.sessionAt(id, handler.firstVariant(id));
            vm.assertTrue(anchors.verifySession(session), "as it was registered");
            for (uint256 field = 0; field < FIELDS; ++field) {
                vm.assertFalse(
                    anchors.verifySession(withFieldChanged(session, field)),
                    "and not with a field changed"
                );
            }
        }
    }

    function invariant_aTreesCountNeverChanges() public view {
        for (uint256 variant = 0; variant < handler.VARIANTS(); ++variant) {
            vm.assertEq(
                anchors.treeSessionCount(handler.rootOf(variant)),
                handler.firstTreeCount(variant),
                "the count that was given first"
            );
        }
    }

    function invariant_aProofIsGoodForItsOwnIndexAlone() public view {
        for (uint256 variant = 0; variant < handler.VARIANTS(); ++variant) {
            bytes32 root = handler.rootOf(variant);
            bool isStanding = handler.firstTreeCount(variant) != 0;
            bytes32[] memory proof = handler.proofOf(0, variant);
            vm.assertTrue(
                anchors.verifySessionInTree(root, handler.sessionAt(0, variant), proof) == isStanding,
                "a member verifies once its tree stands"
            );
            vm.assertFalse(
                anchors.verifySessionInTree(root, handler.sessionAt(1, variant), proof),
                "by its own proof"
            );
        }
    }

    function invariant_nobodyElseAddsAnything() public view {
        vm.assertEq(handler.intrusions(), 0, "no call succeeded without the role or while paused");
    }

    /// @dev An invariant over a contract in which nothing happened would say nothing.
    function afterInvariant() public view {
        vm.assertGt(handler.committed(), 0, "sessions were committed");
        vm.assertGt(handler.repeated(), 0, "sessions were offered again");
        vm.assertGt(handler.conflicts(), 0, "other contents were offered");
        vm.assertGt(handler.promoted(), 0, "sessions of trees were promoted");
        vm.assertGt(handler.refused(), 0, "strangers were refused");
        vm.assertGt(handler.pauses(), 0, "calls were made while paused");
    }
}
