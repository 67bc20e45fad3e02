// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ISuccessor
/// @author Lucid
/// @notice What a deprecated Tether forwards calls to.
interface ISuccessor {
    /// @notice A transfer that the old token was asked for.
    /// @param from Who asked for it, and whose money it is.
    /// @param to Who receives it.
    /// @param value How much.
    /// @return Whether it succeeded.
    function transferByLegacy(address from, address to, uint256 value) external returns (bool);

    /// @notice A transfer by allowance that the old token was asked for.
    /// @param sender Who asked for it.
    /// @param from Whose money it is.
    /// @param to Who receives it.
    /// @param value How much.
    /// @return Whether it succeeded.
    function transferFromByLegacy(
        address sender,
        address from,
        address to,
        uint256 value
    ) external returns (bool);

    /// @notice An allowance that the old token was asked for.
    /// @param from Who gives it.
    /// @param spender Who gets it.
    /// @param value How much.
    /// @return Whether it succeeded.
    function approveByLegacy(address from, address spender, uint256 value) external returns (bool);

    /// @notice A larger allowance that the old token was asked for.
    /// @param from Who gives it.
    /// @param spender Who gets it.
    /// @param addedValue By how much.
    /// @return Whether it succeeded.
    function increaseApprovalByLegacy(
        address from,
        address spender,
        uint256 addedValue
    ) external returns (bool);

    /// @notice A smaller allowance that the old token was asked for.
    /// @param from Who gives it.
    /// @param spender Who gets it.
    /// @param subtractedValue By how much.
    /// @return Whether it succeeded.
    function decreaseApprovalByLegacy(
        address from,
        address spender,
        uint256 subtractedValue
    ) external returns (bool);

    /// @notice As in ERC-20.
    /// @param who Whose balance.
    /// @return The balance.
    function balanceOf(address who) external view returns (uint256);

    /// @notice As in ERC-20.
    /// @param owner Who gives it.
    /// @param spender Who gets it.
    /// @return The allowance.
    function allowance(address owner, address spender) external view returns (uint256);

    /// @notice As in ERC-20.
    /// @return The supply.
    function totalSupply() external view returns (uint256);
}

/// @title TetherOnTron
/// @author Lucid
/// @notice Behaves as Tether's contract on TRON does (TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t), oddities included, and keeps its
/// state in the same order of slots:
/// - `transfer` returns false although it paid; `transferFrom` returns true.
/// - The owner can set a fee: below 20 basis points, at most 49 whole tokens. It is taken from what the payee receives, and
///   has a Transfer event of its own.
/// - The blacklist is checked for whose money it is, not for the payee nor for who sends the call.
/// - Refusals revert without a reason. Arithmetic that overflows hits an invalid opcode, which takes all gas.
/// - The owner can destroy what a blacklisted account holds, with an event of its own and without a Transfer.
/// - Once deprecated, it forwards calls and balances to a successor.
/// @dev For tests. The original is written for Solidity 0.4.18.
contract TetherOnTron {
    uint256 private constant MAX_SETTABLE_BASIS_POINTS = 20;
    uint256 private constant MAX_SETTABLE_FEE = 50;

    /// @notice An allowance that is never used up.
    uint256 public constant MAX_UINT = type(uint256).max;

    /// @notice May do everything below that is not for everybody, and receives the fees.
    address public owner;

    /// @notice Whether transfers are stopped.
    bool public paused;

    mapping(address account => uint256 amount) private _balances;

    mapping(address account => mapping(address spender => uint256 amount)) private _allowed;

    /// @notice The fee, in hundredths of a percent.
    uint256 public basisPointsRate;

    /// @notice The most that is taken as a fee, in the smallest unit.
    uint256 public maximumFee;

    /// @notice As in ERC-20.
    string public name;

    /// @notice As in ERC-20.
    string public symbol;

    /// @notice As in ERC-20.
    uint8 public decimals;

    uint256 private _totalSupply;

    /// @notice Whether an account's money is frozen.
    mapping(address account => bool) public isBlackListed;

    /// @notice Where calls are forwarded to.
    address public upgradedAddress;

    /// @notice Whether calls are forwarded.
    bool public deprecated;

    /// @notice As in ERC-20.
    /// @param from Whose money it was.
    /// @param to Who received it.
    /// @param value How much, after the fee.
    event Transfer(address indexed from, address indexed to, uint256 value);

    /// @notice As in ERC-20.
    /// @param owner Who gives it.
    /// @param spender Who gets it.
    /// @param value The allowance.
    event Approval(address indexed owner, address indexed spender, uint256 value);

    /// @notice The owner gave the contract away.
    /// @param previousOwner Who was the owner.
    /// @param newOwner Who is the owner.
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    /// @notice Transfers were stopped.
    event Pause();

    /// @notice Transfers were resumed.
    event Unpause();

    /// @notice The fee was set.
    /// @param feeBasisPoints In hundredths of a percent.
    /// @param maxFee In the smallest unit.
    event Params(uint256 feeBasisPoints, uint256 maxFee);

    /// @notice An account was put on the blacklist.
    /// @param user The account.
    event AddedBlackList(address indexed user);

    /// @notice An account was taken off the blacklist.
    /// @param user The account.
    event RemovedBlackList(address indexed user);

    /// @notice What a blacklisted account held was destroyed.
    /// @param blackListedUser The account.
    /// @param balance How much it held.
    event DestroyedBlackFunds(address indexed blackListedUser, uint256 balance);

    /// @notice Tokens were issued to the owner.
    /// @param amount How many.
    event Issue(uint256 amount);

    /// @notice Tokens of the owner were redeemed.
    /// @param amount How many.
    event Redeem(uint256 amount);

    /// @notice The contract was deprecated.
    /// @param newAddress Its successor.
    event Deprecate(address newAddress);

    modifier onlyOwner() {
        _require(msg.sender == owner);
        _;
    }

    modifier whenNotPaused() {
        _require(!paused);
        _;
    }

    /// @notice Issues the first tokens to whom deploys it.
    /// @param initialSupply How many, in the smallest unit.
    /// @param name_ As in ERC-20.
    /// @param symbol_ As in ERC-20.
    /// @param decimals_ As in ERC-20.
    constructor(uint256 initialSupply, string memory name_, string memory symbol_, uint8 decimals_) {
        owner = msg.sender;
        _totalSupply = initialSupply;
        (name, symbol, decimals) = (name_, symbol_, decimals_);
        _balances[msg.sender] = initialSupply;
    }

    /// @notice Moves money of the sender. Returns false unless it is deprecated, although it paid.
    /// @param to Who receives it.
    /// @param value How much, before the fee.
    /// @return What the successor returns; without one, false.
    function transfer(address to, uint256 value) external whenNotPaused returns (bool) {
        _require(!isBlackListed[msg.sender]);
        if (deprecated) return ISuccessor(upgradedAddress).transferByLegacy(msg.sender, to, value);
        uint256 fee = calcFee(value);
        _move(msg.sender, to, _sub(value, fee));
        if (fee > 0) _move(msg.sender, owner, fee);
        return false;
    }

    /// @notice Moves money by allowance.
    /// @param from Whose money it is.
    /// @param to Who receives it.
    /// @param value How much, before the fee.
    /// @return True.
    function transferFrom(address from, address to, uint256 value) external whenNotPaused returns (bool) {
        _require(!isBlackListed[from]);
        if (deprecated) {
            return ISuccessor(upgradedAddress).transferFromByLegacy(msg.sender, from, to, value);
        }
        _require(to != address(0));
        _require(value <= _balances[from]);
        _require(value <= _allowed[from][msg.sender]);
        uint256 fee = calcFee(value);
        uint256 sendAmount = _sub(value, fee);
        _balances[from] = _sub(_balances[from], value);
        _balances[to] = _add(_balances[to], sendAmount);
        if (_allowed[from][msg.sender] < MAX_UINT) {
            _allowed[from][msg.sender] = _sub(_allowed[from][msg.sender], value);
        }
        emit Transfer(from, to, sendAmount);
        if (fee > 0) {
            _balances[owner] = _add(_balances[owner], fee);
            emit Transfer(from, owner, fee);
        }
        return true;
    }

    /// @notice As in ERC-20.
    /// @param spender Who may spend.
    /// @param value How much.
    /// @return True.
    function approve(address spender, uint256 value) external whenNotPaused returns (bool) {
        if (deprecated) return ISuccessor(upgradedAddress).approveByLegacy(msg.sender, spender, value);
        return _approve(spender, value);
    }

    /// @notice Raises an allowance.
    /// @param spender Who may spend.
    /// @param addedValue By how much.
    /// @return True.
    function increaseApproval(address spender, uint256 addedValue) external whenNotPaused returns (bool) {
        if (deprecated) {
            return ISuccessor(upgradedAddress).increaseApprovalByLegacy(msg.sender, spender, addedValue);
        }
        return _approve(spender, _add(_allowed[msg.sender][spender], addedValue));
    }

    /// @notice Lowers an allowance, to zero where it is below.
    /// @param spender Who may spend.
    /// @param subtractedValue By how much.
    /// @return True.
    function decreaseApproval(
        address spender,
        uint256 subtractedValue
    ) external whenNotPaused returns (bool) {
        if (deprecated) {
            return ISuccessor(upgradedAddress).decreaseApprovalByLegacy(msg.sender, spender, subtractedValue);
        }
        uint256 oldValue = _allowed[msg.sender][spender];
        return _approve(spender, subtractedValue > oldValue ? 0 : oldValue - subtractedValue);
    }

    /// @notice Sets the fee.
    /// @param newBasisPoints In hundredths of a percent, below 20.
    /// @param newMaxFee In whole tokens, below 50.
    function setParams(uint256 newBasisPoints, uint256 newMaxFee) external onlyOwner {
        _require(newBasisPoints < MAX_SETTABLE_BASIS_POINTS);
        _require(newMaxFee < MAX_SETTABLE_FEE);
        basisPointsRate = newBasisPoints;
        maximumFee = _mul(newMaxFee, uint256(10) ** decimals);
        emit Params(basisPointsRate, maximumFee);
    }

    /// @notice Stops transfers.
    function pause() external onlyOwner whenNotPaused {
        paused = true;
        emit Pause();
    }

    /// @notice Resumes transfers.
    function unpause() external onlyOwner {
        _require(paused);
        paused = false;
        emit Unpause();
    }

    /// @notice Gives the contract away.
    /// @param newOwner To whom.
    function transferOwnership(address newOwner) external onlyOwner {
        _require(newOwner != address(0));
        emit OwnershipTransferred(owner, newOwner);
        owner = newOwner;
    }

    /// @notice Freezes an account's money. It can still receive.
    /// @param evilUser The account.
    function addBlackList(address evilUser) external onlyOwner {
        isBlackListed[evilUser] = true;
        emit AddedBlackList(evilUser);
    }

    /// @notice Releases an account's money.
    /// @param clearedUser The account.
    function removeBlackList(address clearedUser) external onlyOwner {
        isBlackListed[clearedUser] = false;
        emit RemovedBlackList(clearedUser);
    }

    /// @notice Destroys what a blacklisted account holds.
    /// @param blackListedUser The account.
    function destroyBlackFunds(address blackListedUser) external onlyOwner {
        _require(isBlackListed[blackListedUser]);
        uint256 dirtyFunds = balanceOf(blackListedUser);
        _balances[blackListedUser] = 0;
        _totalSupply = _sub(_totalSupply, dirtyFunds);
        emit DestroyedBlackFunds(blackListedUser, dirtyFunds);
    }

    /// @notice Issues tokens to the owner.
    /// @param amount How many.
    function issue(uint256 amount) external onlyOwner {
        _balances[owner] = _add(_balances[owner], amount);
        _totalSupply = _add(_totalSupply, amount);
        emit Issue(amount);
        emit Transfer(address(0), owner, amount);
    }

    /// @notice Takes tokens from the owner.
    /// @param amount How many.
    function redeem(uint256 amount) external onlyOwner {
        _totalSupply = _sub(_totalSupply, amount);
        _balances[owner] = _sub(_balances[owner], amount);
        emit Redeem(amount);
        emit Transfer(owner, address(0), amount);
    }

    /// @notice Forwards everything to a successor from now on.
    /// @param successor The successor.
    function deprecate(address successor) external onlyOwner {
        _require(successor != address(0));
        deprecated = true;
        upgradedAddress = successor;
        emit Deprecate(successor);
    }

    /// @notice The balance at the time of the deprecation.
    /// @param who Whose balance.
    /// @return The balance; zero before a deprecation.
    function oldBalanceOf(address who) external view returns (uint256) {
        return deprecated ? _balances[who] : 0;
    }

    /// @notice As in ERC-20.
    /// @param account Who gives it.
    /// @param spender Who gets it.
    /// @return The allowance.
    function allowance(address account, address spender) external view returns (uint256) {
        if (deprecated) return ISuccessor(upgradedAddress).allowance(account, spender);
        return _allowed[account][spender];
    }

    /// @notice As in ERC-20.
    /// @return The supply.
    function totalSupply() external view returns (uint256) {
        return deprecated ? ISuccessor(upgradedAddress).totalSupply() : _totalSupply;
    }

    /// @notice Whether an account's money is frozen.
    /// @param maker The account.
    /// @return True where it is.
    function getBlackListStatus(address maker) external view returns (bool) {
        return isBlackListed[maker];
    }

    /// @notice As in ERC-20.
    /// @param who Whose balance.
    /// @return The balance.
    function balanceOf(address who) public view returns (uint256) {
        return deprecated ? ISuccessor(upgradedAddress).balanceOf(who) : _balances[who];
    }

    /// @notice The fee of a transfer.
    /// @param value The amount, before the fee.
    /// @return fee The fee.
    function calcFee(uint256 value) public view returns (uint256 fee) {
        fee = _mul(value, basisPointsRate) / 10_000;
        if (fee > maximumFee) fee = maximumFee;
    }

    function _move(address from, address to, uint256 value) private {
        _require(to != address(0));
        _require(value <= _balances[from]);
        _balances[from] = _sub(_balances[from], value);
        _balances[to] = _add(_balances[to], value);
        emit Transfer(from, to, value);
    }

    function _approve(address spender, uint256 value) private returns (bool) {
        _allowed[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function _add(uint256 a, uint256 b) private pure returns (uint256 sum) {
        unchecked {
            sum = a + b;
        }
        _assert(sum >= a);
    }

    function _sub(uint256 a, uint256 b) private pure returns (uint256) {
        _assert(b <= a);
        unchecked {
            return a - b;
        }
    }

    function _mul(uint256 a, uint256 b) private pure returns (uint256 product) {
        unchecked {
            product = a * b;
        }
        _assert(a == 0 || product / a == b);
    }

    /// @dev As `require` of Solidity 0.4 without a message.
    function _require(bool condition) private pure {
        if (condition) return;
        assembly ("memory-safe") {
            revert(0, 0)
        }
    }

    /// @dev As `assert` of Solidity 0.4.
    function _assert(bool condition) private pure {
        if (condition) return;
        assembly ("memory-safe") {
            invalid()
        }
    }
}
