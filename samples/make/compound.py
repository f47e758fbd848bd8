"""OLE compound files ([MS-CFB]), and encrypted workbooks in them ([MS-OFFCRYPTO], standard encryption).

Goes in: streams by path, or a workbook's bytes and a password. Comes out: the bytes of the file.
Guaranteed: the same bytes every time (the salt is fixed: these files protect nothing, they are samples).
"""

import hashlib
import struct
from itertools import pairwise

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

FREE, END, FAT, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
SECTOR, MINI, CUTOFF = 512, 64, 4096
# What Office uses when a workbook is protected without a password of its own.
DEFAULT_PASSWORD = "VelvetSweatshop"


def compound(streams):
    """`streams`: list of (path, bytes); "a/b" lies in the storage "a"."""
    entries = [["Root Entry", 5, [], b"", None]]
    at = {"": 0}
    for path, data in streams:
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            name = "/".join(parts[:depth])
            if name not in at:
                leaf = depth == len(parts)
                at[name] = len(entries)
                entries.append([parts[depth - 1], 2 if leaf else 1, [], data if leaf else b"", None])
                entries[at["/".join(parts[: depth - 1])]][2].append(at[name])
    sectors, fat, mini, mini_fat = [], [], b"", []

    def stored(data):
        first = len(sectors)
        for start in range(0, len(data), SECTOR):
            sectors.append(data[start : start + SECTOR].ljust(SECTOR, b"\0"))
            fat.append(len(sectors))
        fat[-1] = END
        return first

    for entry in entries[1:]:
        if entry[1] == 2 and len(entry[3]) >= CUTOFF:
            entry[4] = stored(entry[3])
        elif entry[1] == 2 and entry[3]:
            entry[4] = len(mini) // MINI
            mini += entry[3] + bytes(-len(entry[3]) % MINI)
            mini_fat += list(range(entry[4] + 1, len(mini) // MINI)) + [END]
    entries[0][3], entries[0][4] = mini, stored(mini) if mini else None
    mini_at = stored(packed_numbers(mini_fat)) if mini else END
    mini_count = -(-len(mini_fat) * 4 // SECTOR)
    directory_at = stored(directory(entries))
    fat_sectors = 1
    while (len(fat) + fat_sectors) * 4 > fat_sectors * SECTOR:
        fat_sectors += 1
    fat_at = list(range(len(sectors), len(sectors) + fat_sectors))
    table = packed_numbers(fat + [FAT] * fat_sectors)
    sectors += [table[start : start + SECTOR] for start in range(0, len(table), SECTOR)]
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, fat_sectors, directory_at, 0, CUTOFF, mini_at, mini_count, END, 0)
    head += packed_numbers(fat_at)[: 109 * 4].ljust(109 * 4, b"\xff")
    return head + b"".join(sectors)


def packed_numbers(numbers):
    data = struct.pack(f"<{len(numbers)}I", *numbers)
    return data + b"\xff" * (-len(data) % SECTOR)


def directory(entries):
    """Children hang in a chain of right siblings, in the order the format asks for: length, then capitals."""
    right, child = {}, {}
    for number, entry in enumerate(entries):
        order = sorted(entry[2], key=lambda it: (len(entries[it][0]), entries[it][0].upper()))
        if order:
            child[number] = order[0]
        right.update(pairwise(order))
    out = b""
    for number, (name, kind, _, data, first) in enumerate(entries):
        text = (name + "\0").encode("utf-16-le")
        links = struct.pack("<III", NONE, right.get(number, NONE), child.get(number, NONE))
        start = END if first is None else first
        size = len(data) if kind != 1 else 0
        out += (
            text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links + bytes(36) + struct.pack("<IQ", start, size)
        )
    blank = bytes(66) + b"\0\0" + struct.pack("<III", NONE, NONE, NONE) + bytes(48)
    return out + blank * (-len(entries) % 4)


def encrypted(workbook, password):
    """An .xlsx that opens only with the password (AES-128, standard encryption)."""
    salt = hashlib.sha256(b"Kvartal samples").digest()[:16]
    secret = key(password, salt)
    plain = hashlib.sha256(b"verifier").digest()[:16]
    name = ("Microsoft Enhanced RSA and AES Cryptographic Provider\0").encode("utf-16-le")
    header = struct.pack("<IIIIIIII", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + name
    proof = enciphered(plain, secret), enciphered(hashlib.sha1(plain).digest().ljust(32, b"\0"), secret)
    verifier = struct.pack("<I", 16) + salt + proof[0] + struct.pack("<I", 20) + proof[1]
    info = struct.pack("<HHII", 3, 2, 0x24, len(header)) + header + verifier
    package = struct.pack("<Q", len(workbook)) + enciphered(workbook + bytes(-len(workbook) % 16), secret)
    return compound([("EncryptionInfo", info), ("EncryptedPackage", package)])


def key(password, salt):
    digest = hashlib.sha1(salt + password.encode("utf-16-le")).digest()
    for turn in range(50000):
        digest = hashlib.sha1(struct.pack("<I", turn) + digest).digest()
    digest = hashlib.sha1(digest + struct.pack("<I", 0)).digest()
    halves = [
        hashlib.sha1(bytes(b ^ (digest[i] if i < 20 else 0) for i, b in enumerate([pad] * 64))).digest() for pad in (0x36, 0x5C)
    ]
    return b"".join(halves)[:16]


def enciphered(data, secret):
    turn = Cipher(algorithms.AES(secret), modes.ECB()).encryptor()
    return turn.update(data) + turn.finalize()
