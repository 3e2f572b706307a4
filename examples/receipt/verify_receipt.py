"""Verify a receipt of Latchkey's activity log without Latchkey: python3 verify_receipt.py door.receipt KEY [WITNESS_KEY ...]

Needs Python 3 and the package `cryptography`. A key is name+id+key, as `latchkey activity keys` prints it.
"""
import base64, hashlib, json, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

def sha256(data): return hashlib.sha256(data).digest()
def refuse(why): sys.exit("refused: " + why)

def is_signed(text, lines, vkey):
    """Whether the note has a right signature of this key, and no wrong one (C2SP signed-note, tlog-cosignature)."""
    name, key_id, encoded = vkey.split("+", 2)
    material = base64.b64decode(encoded, validate=True)
    found = False
    for line in lines:
        _, by, signature = line.split(" ")
        raw = base64.b64decode(signature, validate=True)
        if by != name or raw[:4].hex() != key_id: continue
        signed, raw = text.encode(), raw[4:]
        if material[0] == 4:
            signed, raw = b"cosignature/v1\ntime %d\n" % int.from_bytes(raw[:8], "big") + signed, raw[8:]
        Ed25519PublicKey.from_public_bytes(material[1:]).verify(raw, signed)
        found = True
    return found

def root_of(leaf, index, size, path):
    """The root to which the path leads from a leaf (RFC 9162 section 2.1.3.2)."""
    last, found = size - 1, leaf
    for sibling in path:
        if last == 0: refuse("the proof is too long")
        if index % 2 or index == last:
            found = sha256(b"\1" + sibling + found)
            while index % 2 == 0 and index: index, last = index // 2, last // 2
        else: found = sha256(b"\1" + found + sibling)
        index, last = index // 2, last // 2
    return found if last == 0 else refuse("the proof is too short")

def verify(receipt, key, witnesses):
    if sorted(receipt) != ["disclosed", "format", "leaf", "proof"] or receipt["format"] != "latchkey-receipt-v1": refuse("no receipt")
    proof, _, checkpoint = receipt["proof"].partition("\n\n")
    text, _, signatures = checkpoint.rpartition("\n\n")
    text, lines = text + "\n", signatures.splitlines()
    origin, size, root = text.split("\n")[:3]
    if origin != key.split("+")[0]: refuse("the receipt is of another log")
    for vkey in [key, *witnesses]:
        if not is_signed(text, lines, vkey): refuse("the checkpoint is not signed by " + vkey)
    first, place, *path = proof.split("\n")
    if first != "c2sp.org/tlog-proof@v1" or not place.startswith("index "): refuse("no proof")
    index, leaf = int(place[6:]), sha256(b"\0" + receipt["leaf"].encode())
    if index >= int(size): refuse("the event is behind the end of the log")
    if root_of(leaf, index, int(size), [base64.b64decode(hash) for hash in path]) != base64.b64decode(root): refuse("not in the log")
    event = json.loads(receipt["leaf"])
    if event[0] != "latchkey-activity-v1": refuse("the leaf is no event")
    for part, said in receipt["disclosed"].items():
        salt = base64.urlsafe_b64decode(said["salt"] + "=")
        commitment = base64.urlsafe_b64encode(sha256(salt + said["text"].encode())).decode().rstrip("=")
        if len(salt) != 32 or commitment != event[8 + ["who", "place", "whom"].index(part)][1]: refuse(part + " is not what the log has")
    return event[1:8]

if __name__ == "__main__":
    try:
        with open(sys.argv[1], encoding="utf-8") as file: given = json.load(file)
        print(json.dumps({"event": verify(given, sys.argv[2], sys.argv[3:]), "disclosed": given["disclosed"]}, indent=2))
    except (InvalidSignature, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        refuse(repr(error))
