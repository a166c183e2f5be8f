"""make bench: what gapseal costs, beside what people do today.

CPU, wall clock and peak memory of the client's processes only; ratios within
one run, since machines differ. Passphrase hashing and the making of
asymmetric keys are measured apart. Usage: run.py BUILD MINISTACK-URL DIR
"""
import hashlib
import json
import os
import subprocess
import sys

BUILD, MINISTACK, DIR = sys.argv[1:4]
TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
OFFLINE = os.path.join(TOP, BUILD, "gapseal-offline")
ONLINE = os.path.join(TOP, BUILD, "gapseal-online")
SPEND = os.path.join(TOP, BUILD, "bench", "spend")
PASSPHRASE = b"a passphrase for the bench\n"
REPEATS = 5

CLOUD = {
    "AWS_ACCESS_KEY_ID": "111122223333",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_ENDPOINT_URL": MINISTACK,
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "HEROKU_API_KEY": "HRKU-00000000-0000-0000-0000-000000000000",
    "HEROKU_HOST": os.environ["HEROKU_URL"],
}


class Cost:
    """CPU seconds, wall seconds and peak KiB; of several: sum, sum, max."""

    def __init__(self, cpu=0.0, wall=0.0, peak=0):
        self.cpu, self.wall, self.peak = cpu, wall, peak

    def __add__(self, other):
        return Cost(
            self.cpu + other.cpu,
            self.wall + other.wall,
            max(self.peak, other.peak),
        )


def spend(argv, machine, extra=None, passphrase=PASSPHRASE, want=0):
    """Run one command; its cost with all its children, and its stdout."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": os.path.join(DIR, "home-" + machine),
        **(extra or {}),
    }
    os.makedirs(os.path.join(DIR, machine), exist_ok=True)
    reader, writer = os.pipe()
    os.write(writer, passphrase)
    os.close(writer)
    os.set_inheritable(reader, True)
    argv = [str(reader) if a == "FD" else a for a in argv]
    out = os.path.join(DIR, "stdout")
    err = os.path.join(DIR, "stderr")
    figures = os.path.join(DIR, "figures")
    with open(out, "wb") as o, open(err, "wb") as e:
        status = subprocess.run(
            [SPEND, figures, *argv],
            stdin=subprocess.DEVNULL,
            stdout=o,
            stderr=e,
            env=env,
            cwd=os.path.join(DIR, machine),
            pass_fds=[reader],
            start_new_session=True,
        ).returncode
    os.close(reader)
    if status != want:
        sys.stderr.write(open(err, errors="replace").read())
        sys.exit(f"bench: {' '.join(argv)}: exit status {status}")
    with open(figures, encoding="utf-8") as f:
        cpu, wall, peak = f.read().split()
    cost = Cost(float(cpu), float(wall), int(peak))
    return cost, open(out, encoding="utf-8").read()


def copy(source, target, *names):
    for name in names:
        with open(os.path.join(DIR, source, name), "rb") as f:
            data = f.read()
        with open(os.path.join(DIR, target, name), "wb") as f:
            f.write(data)


def identity(machine, name):
    """An Ed25519 identity whose passphrase costs next to nothing."""
    path = os.path.join(DIR, machine, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    subprocess.run(
        f"openssl genpkey -algorithm ed25519 -out {path}.plain && "
        f"openssl pkcs8 -topk8 -scrypt -scrypt_N 2 -in {path}.plain "
        f"-passout stdin -out {path}.key && "
        f"openssl pkey -in {path}.plain -pubout -outform DER -out {path}.der",
        shell=True,
        check=True,
        input=PASSPHRASE,
    )
    import base64

    with open(path + ".der", "rb") as f:
        return base64.b64encode(f.read()).decode()


def plan(number):
    people = [
        {"name": "alice", "roles": ["officer"], "key": identity("off", "alice")},
        {"name": "bob", "roles": ["officer"], "key": identity("off", "bob")},
        {"name": "oscar", "roles": ["operator"], "key": identity("on", "oscar")},
    ]
    return {
        "format": "gapseal/plan/v1",
        "name": f"bench-{number}",
        "version": 1,
        "previous": None,
        "practice": True,
        "people": people,
        "quorum": {"plan": 2, "request": 1, "transfer": 2, "receipt": 1},
        "key": {
            "spec": "SYMMETRIC_DEFAULT",
            "usage": "ENCRYPT_DECRYPT",
            "source": "generate",
        },
        "targets": [
            {
                "name": "prod-us",
                "service": "aws-kms",
                "account": "111122223333",
                "region": "us-east-1",
                "alias": f"alias/bench-{number}",
                "wrapping": {
                    "algorithm": "RSAES_OAEP_SHA_256",
                    "spec": "RSA_4096",
                },
                "expires": "never",
                "heroku": [
                    {
                        "app": "payments-prod",
                        "plan": "heroku-postgresql:private-7",
                        "name": f"bench-db-{number}",
                    }
                ],
            }
        ],
        "import": "same-operator",
    }


def sign(verb, *operands, who, confirm=None):
    argv = [*verb.split(), *operands, "--as", who + ".key"]
    argv += ["--passphrase-fd", "FD"]
    return argv + (["--confirm", confirm] if confirm else [])


def digest(machine, program, name):
    _, out = spend([program, "inspect", name, "--json"], machine)
    return json.loads(out)["digest"]


def ceremony(number):
    """One whole ceremony; the cost of every step by name."""
    costs = {}

    def offline(name, *argv):
        costs[name], out = spend([OFFLINE, *argv], "off")
        return out.strip()

    def online(name, *argv):
        costs[name], out = spend([ONLINE, *argv], "on", CLOUD)
        return out.strip()

    for machine in ("off", "on", "home-off", "home-on"):
        subprocess.run(["rm", "-rf", os.path.join(DIR, machine)], check=True)
        os.makedirs(os.path.join(DIR, machine))
    text = json.dumps(plan(number)).encode()
    with open(os.path.join(DIR, "off", "plan.json"), "wb") as f:
        f.write(text)
    sha = hashlib.sha256(text).hexdigest()
    offline("plan check", "plan", "check", "plan.json", "--json")
    for who in ("alice", "bob"):
        d = offline(
            "plan approve",
            *sign("plan approve", "plan.json", who=who, confirm=sha),
        )
    copy("off", "on", "plan.gsb")
    offline("plan anchor", "plan", "anchor", "--confirm", d)
    spend([ONLINE, "plan", "anchor", "--confirm", d], "on", CLOUD)
    online("request", *sign("request", who="oscar"))
    r = digest("on", ONLINE, "request.gsb")
    copy("on", "off", "request.gsb")
    for who in ("alice", "bob"):
        offline(
            "cosign (each)",
            *sign("cosign", "request.gsb", who=who, confirm=r),
        )
    offline("seal", *sign("seal", who="alice", confirm=r))
    t = digest("off", OFFLINE, "transfer.gsb")
    offline("cosign", *sign("cosign", "transfer.gsb", who="bob", confirm=t))
    copy("off", "on", "request.gsb", "transfer.gsb")
    online("import", *sign("import", who="oscar", confirm=t))
    costs["grant (dry run)"], out = spend(
        [ONLINE, *sign("grant", who="oscar"), "--json"], "on", CLOUD, want=2
    )
    changes = json.loads(out)["sha256"]
    online("grant", *sign("grant", who="oscar", confirm=changes))
    offline("inspect", "inspect", "transfer.gsb")
    offline("verify", "verify")
    offline("selftest", "selftest")
    offline("words", "words", t)
    offline("help", "help")
    del costs["cosign"]
    return costs


def today(number, kind):
    work = os.path.join(DIR, f"{kind}-{number}")
    os.makedirs(work)
    python = os.path.join(TOP, ".venv", "bin", "python")
    here = os.path.dirname(os.path.abspath(__file__))
    if kind == "script":
        argv = ["sh", f"{here}/today.sh", MINISTACK, CLOUD["HEROKU_HOST"], work]
        extra = {"AWS": os.path.join(DIR, "aws"), **CLOUD}
        with open(extra["AWS"], "w", encoding="utf-8") as f:
            f.write(f'#!/bin/sh\nexec "{python}" -m awscli "$@"\n')
        os.chmod(extra["AWS"], 0o755)
    else:
        argv = [python, f"{here}/today.py", MINISTACK, CLOUD["HEROKU_HOST"]]
        extra = CLOUD
    return spend(argv, "laptop", extra)[0]


def median(costs):
    def middle(values):
        return sorted(values)[len(values) // 2]

    return Cost(
        middle([c.cpu for c in costs]),
        middle([c.wall for c in costs]),
        max(c.peak for c in costs),
    )


def row(name, cost, base=None):
    ratio = "" if base is None else f"{cost.cpu / base.cpu:9.1f}"
    print(
        f"{name:34}{cost.cpu * 1e3:9.1f}{cost.wall * 1e3:9.1f}"
        f"{cost.peak / 1024:9.1f}{ratio}"
    )


def heading(title, last=""):
    print(f"\n{title:34}{'CPU ms':>9}{'wall ms':>9}{'peak MiB':>9}{last:>9}")


def one_import():
    runs = [ceremony(i) for i in range(REPEATS)]
    names = runs[0].keys()
    steps = {n: median([r[n] for r in runs]) for n in names}
    network = ["request", "import", "grant"]
    room = ["cosign (each)", "cosign (each)", "seal", "cosign (each)"]
    client = sum((steps[n] for n in network), Cost())
    whole = sum((steps[n] for n in room), client)
    scripts = median([today(i, "script") for i in range(3)])
    boto = median([today(i, "boto") for i in range(3)])

    heading("One import and grant, same emulator", "x gapseal")
    row("gapseal, the three online steps", client, client)
    row("gapseal, with the room's steps", whole, client)
    row("openssl, base64, aws, curl", scripts, client)
    row("one boto3 process", boto, client)
    print("aim: the script at least 100 times, boto3 at least 10 times")

    heading("Each step (aim: 20 ms of CPU, 16 MiB)")
    for name in names:
        row(name, steps[name])


def hashing():
    os.makedirs(os.path.join(DIR, "apart"), exist_ok=True)
    subprocess.run(
        ["rm", "-f", os.path.join(DIR, "apart", "x.key"),
         os.path.join(DIR, "apart", "x.pub")], check=True)
    cost, _ = spend(
        [OFFLINE, "identity", "x", "--passphrase-fd", "FD"], "apart")
    heading("Apart: hashing one passphrase")
    row("identity (scrypt, 16 MiB)", cost)


def openssl_rate(bits):
    out = subprocess.run(
        ["openssl", "speed", "-mr", "-seconds", "2", f"rsa{bits}"],
        capture_output=True, text=True, check=True).stdout
    last = [x for x in out.splitlines() if x.startswith("+F2:")][-1]
    return float(last.split(":")[4])


def rates():
    out = subprocess.run([os.path.join(TOP, BUILD, "bench", "rates")],
                         capture_output=True, text=True, check=True).stdout
    values = {x.split()[0]: float(x.split()[1]) for x in out.splitlines()}
    print("\nWraps a second, RSAES_OAEP_SHA_256 (aim: at least 0.95)")
    print(f"{'':14}{'key loaded':>12}{'openssl speed':>15}{'ratio':>7}"
          f"{'key just read':>15}{'OpenSSL so':>12}{'ratio':>7}")
    for bits in (2048, 3072, 4096):
        loaded, bare = values[f"wrap_rsa{bits}"], openssl_rate(bits)
        fresh, same = values[f"fresh_rsa{bits}"], values[f"openssl_rsa{bits}"]
        print(f"{'RSA_' + str(bits):14}{loaded:12.0f}{bare:15.0f}"
              f"{loaded / bare:7.2f}{fresh:15.0f}{same:12.0f}"
              f"{fresh / same:7.2f}")
    print("openssl speed counts bare public operations under one loaded key, "
          "without\npadding. In a ceremony every target has its own key, just "
          "read: on the right,\nbeside d2i_PUBKEY and EVP_PKEY_encrypt.")
    print(f"\n{'Apart: making one key':38}{'CPU ms':>10}")
    for name, value in values.items():
        if name.startswith("make_"):
            print(f"{name[5:]:38}{value:10.2f}")


one_import()
hashing()
rates()
