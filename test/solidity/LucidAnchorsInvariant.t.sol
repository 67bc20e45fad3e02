// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import { LucidAnchors } from "../../contracts/LucidAnchors.sol";
import { ILucidAnchors } from "../../contracts/interfaces/ILucidAnchors.sol";
import { LucidTest } from "./support/LucidTest.sol";
import { Trees } from "./support/Trees.sol";

/// @notice Calls LucidAnchors with few contents under fewer ids, in trees that overlap, so that repeats, shared ids and
/// promotions in either direction are common. Keeps its own account of every time.
contract AnchorsHandler is LucidTest {
    uint256 public constant CONTENTS = 16;
    /// @notice Every id has three or four contents.
    uint256 public constant IDS = 5;
    uint256 public constant TREES = 4;
    /// @notice Tree t holds the contents from 3t to 3t + 7, modulo their number.
    uint256 public constant MEMBERS = 8;
    uint256 private constant TREE_STEP = 3;
    /// @dev Calls that nobody but the registrar, or the admin, may make.
    uint256 private constant PRIVILEGED_WAYS = 4;

    address private immutable admin;
    address private immutable registrar;

    /// @dev The handler's own, because a warp need not outlive a call.
    uint64 public clock = START;

    mapping(uint256 tree => bytes32[]) private trees;
    /// @notice What the earliest time has to be; zero before it is registered.
    mapping(uint256 content => uint64) public expectedTime;
    /// @notice The block time at which the contract first gave a time.
    mapping(uint256 content => uint64) public firstSeen;
    mapping(uint256 tree => uint32) public firstCount;
    mapping(uint256 tree => uint64) public firstTime;

    uint256 public registered;
    uint256 public repeated;
    uint256 public promoted;
    uint256 public lowered;
    uint256 public kept;
    uint256 public refused;
    uint256 public intrusions;

    constructor(LucidAnchors target, address admin_, address registrar_) {
        anchors = target;
        (admin, registrar) = (admin_, registrar_);
        for (uint256 tree = 0; tree < TREES; ++tree) trees[tree] = _build(tree);
    }

    /// @dev The contracts come from the test: a setUp of the handler's own would replace them.
    function setUp() public pure override {}

    /// @dev Lets time pass, and holds what a call did to the rule: a time appears once, at the clock's or before, and
    /// changes only where the call is a promotion, and only to an earlier one.
    modifier timed(uint256 wait, bool isPromotion) {
        clock += uint64(bound(wait, 1, 1 days));
        vm.warp(clock);
        uint64[] memory before = _times();
        _;
        uint64[] memory afterwards = _times();
        for (uint256 i = 0; i < CONTENTS; ++i) {
            if (before[i] == afterwards[i]) continue;
            if (before[i] == 0) {
                firstSeen[i] = clock;
                vm.assertTrue(afterwards[i] <= clock, "no time lies ahead of its block");
                vm.assertTrue(isPromotion || afterwards[i] == clock, "a new slot has the block's time");
            } else {
                vm.assertTrue(isPromotion, "nothing but a promotion changes a time");
                vm.assertTrue(afterwards[i] < before[i], "and only to an earlier one");
                vm.assertTrue(afterwards[i] != 0, "and never to none");
            }
        }
    }

    /// @dev One by itself, or two in a batch, which may be the same.
    function register(uint256 seed, bool isBatch, uint256 wait) external timed(wait, false) {
        uint256 before = registered;
        uint256 answered = isBatch ? _registerPair(seed) : _registerOne(seed % CONTENTS);
        vm.assertEq(answered, registered - before, "the new ones are counted");
    }

    function registerTreeOf(uint256 tree, uint256 count, uint256 wait) external timed(wait, false) {
        tree = tree % TREES;
        uint32 offered = uint32(bound(count, 1, MEMBERS));
        vm.prank(registrar);
        anchors.registerSessionTree(rootOf(tree), offered);
        if (firstTime[tree] == 0) (firstTime[tree], firstCount[tree]) = (clock, offered);
    }

    /// @dev The same member of two trees, so that it is in both of them where they overlap.
    function promote(address sender, uint256 tree, uint256 member, uint256 wait) external timed(wait, true) {
        (tree, member) = (tree % TREES, member % MEMBERS);
        _promote(sender, tree, member);
        _promote(sender, (tree + 1) % TREES, (member + MEMBERS - TREE_STEP) % MEMBERS);
    }

    /// @dev A promotion that has to lower a time, where there is one to be lowered.
    function promoteToAnEarlierTime(address sender, uint256 tree, uint256 wait) external timed(wait, true) {
        for (uint256 i = 0; i < TREES * MEMBERS; ++i) {
            uint256 candidate = ((tree % TREES) + i / MEMBERS) % TREES;
            uint64 treeTime = firstTime[candidate];
            if (treeTime == 0 || expectedTime[contentAt(candidate, i % MEMBERS)] <= treeTime) continue;
            uint256 before = lowered;
            _promote(sender, candidate, i % MEMBERS);
            vm.assertEq(lowered, before + 1, "the time is lowered");
            return;
        }
    }

    /// @dev By somebody without a role, by the registrar while the contract is paused, by the registrar while its role is
    /// revoked, and by anyone with the proof of another session.
    function intrude(address sender, uint256 content, uint256 way, uint256 wait) external timed(wait, false) {
        if (sender == registrar || sender == admin) sender = address(this);
        _tryAs(sender, _callOf(content, way % PRIVILEGED_WAYS));
        vm.prank(admin);
        anchors.pause();
        _tryAs(registrar, _callOf(content, way % (PRIVILEGED_WAYS + 1)));
        vm.startPrank(admin);
        anchors.unpause();
        anchors.revokeRole(REGISTRAR_ROLE, registrar);
        vm.stopPrank();
        _tryAs(registrar, _callOf(content, way % PRIVILEGED_WAYS));
        vm.prank(admin);
        anchors.grantRole(REGISTRAR_ROLE, registrar);
        uint256 tree = content % TREES;
        ILucidAnchors.Session memory outsider = sessionAt(
            contentAt(tree, bound(content, MEMBERS, CONTENTS - 1))
        );
        _tryAs(
            sender,
            abi.encodeCall(
                ILucidAnchors.promoteSession,
                (rootOf(tree), outsider, proofOf(tree, content % MEMBERS))
            )
        );
    }

    function sessionAt(uint256 content) public pure returns (ILucidAnchors.Session memory session) {
        session = sampleSession(content);
        session.sessionId = hashOf("id", content % IDS);
    }

    function contentAt(uint256 tree, uint256 member) public pure returns (uint256) {
        return (TREE_STEP * tree + member) % CONTENTS;
    }

    function rootOf(uint256 tree) public view returns (bytes32) {
        return trees[tree][0];
    }

    function proofOf(uint256 tree, uint256 member) public view returns (bytes32[] memory) {
        return Trees.proofOf(trees[tree], member);
    }

    function _registerOne(uint256 content) private returns (uint256) {
        uint256 before = registered;
        _noteRegistered(content);
        ILucidAnchors.Session memory s = sessionAt(content);
        vm.prank(registrar);
        anchors.registerSession(
            s.sessionId,
            s.manifestHash,
            s.startedAt,
            s.owner,
            s.merkleRoot,
            s.chunkCount
        );
        return registered - before;
    }

    function _registerPair(uint256 seed) private returns (uint256) {
        ILucidAnchors.Session[] memory batch = new ILucidAnchors.Session[](2);
        for (uint256 i = 0; i < 2; ++i) {
            uint256 content = (seed >> (8 * i)) % CONTENTS;
            batch[i] = sessionAt(content);
            _noteRegistered(content);
        }
        vm.prank(registrar);
        return anchors.registerSessions(batch);
    }

    function _promote(address sender, uint256 tree, uint256 member) private {
        uint256 content = contentAt(tree, member);
        vm.prank(sender);
        try anchors.promoteSession(rootOf(tree), sessionAt(content), proofOf(tree, member)) {
            vm.assertTrue(firstTime[tree] != 0, "an unknown tree has to revert");
            _notePromoted(content, firstTime[tree]);
        } catch {
            vm.assertEq(firstTime[tree], 0, "nothing else may revert");
        }
    }

    function _tryAs(address sender, bytes memory data) private {
        vm.prank(sender);
        (bool isAccepted, ) = address(anchors).call(data);
        if (isAccepted) ++intrusions;
        else ++refused;
    }

    /// @dev A privileged call, or as the last one a promotion, which only a pause keeps anyone from.
    function _callOf(uint256 content, uint256 way) private view returns (bytes memory) {
        ILucidAnchors.Session memory s = sessionAt(content % CONTENTS);
        if (way == 0) return abi.encodeCall(ILucidAnchors.registerSessionTree, (rootOf(content % TREES), 1));
        if (way == 1) {
            ILucidAnchors.Session[] memory batch = new ILucidAnchors.Session[](1);
            batch[0] = s;
            return abi.encodeCall(ILucidAnchors.registerSessions, (batch));
        }
        if (way == 2) {
            return
                abi.encodeCall(
                    ILucidAnchors.registerSession,
                    (s.sessionId, s.manifestHash, s.startedAt, s.owner, s.merkleRoot, s.chunkCount)
                );
        }
        if (way == 3) return abi.encodeCall(ILucidAnchors.unpause, ());
        uint256 tree = content % TREES;
        return
            abi.encodeCall(
                ILucidAnchors.promoteSession,
                (rootOf(tree), sessionAt(contentAt(tree, 0)), proofOf(tree, 0))
            );
    }

    function _noteRegistered(uint256 content) private {
        if (expectedTime[content] != 0) {
            ++repeated;
            return;
        }
        expectedTime[content] = clock;
        ++registered;
    }

    function _notePromoted(uint256 content, uint64 treeTime) private {
        if (expectedTime[content] == 0) {
            ++promoted;
        } else if (expectedTime[content] > treeTime) {
            ++lowered;
        } else {
            ++kept;
            return;
        }
        expectedTime[content] = treeTime;
    }

    function _times() private view returns (uint64[] memory times) {
        times = new uint64[](CONTENTS);
        for (uint256 i = 0; i < CONTENTS; ++i) times[i] = anchors.registeredAt(commitmentOf(sessionAt(i)));
    }

    function _build(uint256 tree) private pure returns (bytes32[] memory) {
        ILucidAnchors.Session[] memory members = new ILucidAnchors.Session[](MEMBERS);
        for (uint256 i = 0; i < MEMBERS; ++i) members[i] = sessionAt(contentAt(tree, i));
        return treeOver(members);
    }
}

contract LucidAnchorsInvariantTest is LucidTest {
    uint256 private constant FIELDS = 6;

    AnchorsHandler private handler;

    function setUp() public override {
        super.setUp();
        handler = new AnchorsHandler(anchors, ADMIN, REGISTRAR);
        _doEachOnce();
    }

    /// @dev Whatever calls a run is made of, each kind of event happens in it at least once.
    function _doEachOnce() private {
        uint256 members = handler.MEMBERS();
        handler.registerTreeOf(0, members, 1);
        handler.promote(address(this), 0, 0, 1);
        handler.promote(address(this), 0, 0, 1);
        handler.register(1, false, 1);
        handler.register(1, false, 1);
        handler.promoteToAnEarlierTime(address(this), 0, 1);
        handler.intrude(address(this), 0, 0, 1);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev Also that contents under one id do not affect each other, and that nothing else is registered. That a time
    /// changes only to an earlier one, and only by a promotion, is checked by the handler after each call.
    function invariant_eachContentHasItsEarliestTime() public view {
        for (uint256 content = 0; content < handler.CONTENTS(); ++content) {
            ILucidAnchors.Session memory session = handler.sessionAt(content);
            vm.assertEq(
                anchors.registeredAt(commitmentOf(session)),
                handler.expectedTime(content),
                "the earliest of its own time and those of its trees"
            );
            vm.assertEq(
                anchors.verifySession(session),
                handler.expectedTime(content),
                "the same for whoever brings the session"
            );
        }
    }

    function invariant_noTimeLiesAfterItsRegistration() public view {
        for (uint256 content = 0; content < handler.CONTENTS(); ++content) {
            vm.assertTrue(
                anchors.registeredAt(commitmentOf(handler.sessionAt(content))) <= handler.firstSeen(content),
                "at most the time of the block that registered it"
            );
        }
    }

    function invariant_aChangedFieldHasNoTime() public view {
        for (uint256 content = 0; content < handler.CONTENTS(); ++content) {
            for (uint256 field = 0; field < FIELDS; ++field) {
                vm.assertEq(
                    anchors.verifySession(withFieldChanged(handler.sessionAt(content), field)),
                    0,
                    "a time belongs to exactly one content"
                );
            }
        }
    }

    function invariant_aTreeNeverChanges() public view {
        for (uint256 tree = 0; tree < handler.TREES(); ++tree) {
            (uint32 sessionCount, uint64 time) = anchors.treeOf(handler.rootOf(tree));
            vm.assertEq(sessionCount, handler.firstCount(tree), "the count that was given first");
            vm.assertEq(time, handler.firstTime(tree), "the time that was given first");
        }
    }

    function invariant_aTreeGivesItsTimeToItsMembersOnly() public view {
        for (uint256 tree = 0; tree < handler.TREES(); ++tree) {
            bytes32 root = handler.rootOf(tree);
            for (uint256 member = 0; member < handler.MEMBERS(); ++member) {
                bytes32[] memory proof = handler.proofOf(tree, member);
                vm.assertEq(
                    anchors.verifySessionInTree(root, _member(tree, member), proof),
                    handler.firstTime(tree),
                    "a member has the tree's time"
                );
                vm.assertEq(
                    anchors.verifySessionInTree(root, _member(tree, member + 1), proof),
                    0,
                    "only by its own proof"
                );
            }
        }
    }

    function invariant_nobodyElseAddsAnything() public view {
        vm.assertEq(handler.intrusions(), 0, "no call succeeded without role or proof, or while paused");
    }

    /// @dev An invariant over a contract in which nothing happened would say nothing.
    function afterInvariant() public view {
        vm.assertGt(handler.registered(), 0, "sessions were registered");
        vm.assertGt(handler.repeated(), 0, "sessions were offered again");
        vm.assertGt(handler.promoted(), 0, "sessions of trees got a slot");
        vm.assertGt(handler.lowered(), 0, "times were lowered");
        vm.assertGt(handler.kept(), 0, "promotions did nothing");
        vm.assertGt(handler.refused(), 0, "intruders were refused");
    }

    function _member(uint256 tree, uint256 member) private view returns (ILucidAnchors.Session memory) {
        return handler.sessionAt(handler.contentAt(tree, member));
    }
}
