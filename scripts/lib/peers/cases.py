"""The rows of the comparison: what is measured on our side, which peers do the same, and the goal."""

from dataclasses import dataclass, field

# What a program is to the comparison.
RAW = "raw ring"  # a ring of payloads in C or C++
JAVA_RING = "Disruptor"
QUEUE = "queue"  # any other library
OWN = "own code"  # a ceiling: what the machine allows
UNORDERED = "no order between producers"

BACK_OFF = 16  # pauses after an empty poll, as in `urrbench core`


@dataclass(frozen=True)
class Peer:
    """One ring in one of the peers' programs."""

    name: str
    role: str
    program: str
    ring: str
    takes_batches: bool = True


DPDK_ZC = Peer("DPDK rte_ring zero-copy", RAW, "dpdk", "spsc-zc")
DPDK = Peer("DPDK rte_ring", RAW, "dpdk", "spsc")
DPDK_MP = Peer("DPDK rte_ring MP", RAW, "dpdk", "mpsc")
DPDK_HTS = Peer("DPDK rte_ring HTS", RAW, "dpdk", "hts")
DPDK_HTS_ZC = Peer("DPDK rte_ring HTS zero-copy", RAW, "dpdk", "hts-zc")
BOOST = Peer("boost spsc_queue", RAW, "boost", "spsc")
CK = Peer("Concurrency Kit ck_ring", RAW, "ck", "spsc")
CK_MP = Peer("Concurrency Kit ck_ring mpsc", RAW, "ck", "mpsc")
MOODY_PAIR = Peer("moodycamel ReaderWriterQueue", QUEUE, "moodycamel", "pair")
MOODY_MANY = Peer("moodycamel ConcurrentQueue", UNORDERED, "moodycamel", "many")
DISRUPTOR = Peer("LMAX Disruptor", JAVA_RING, "java", "disruptor")
DISRUPTOR_MP = Peer("LMAX Disruptor MP", JAVA_RING, "java", "disruptor-mp")
JCTOOLS = Peer("JCTools SPSC", QUEUE, "java", "jctools")
JCTOOLS_MP = Peer("JCTools MPSC", QUEUE, "java", "jctools-mp")
IDEAL = Peer("own ring with an index", OWN, "ideal", "index")
IDEAL_MP = Peer("own ring with marks", OWN, "ideal", "mark")


@dataclass(frozen=True)
class Goal:
    """`factor` times the best of the peers in `roles`, or of our case `base`.

    For rates it is a lower bound, for latencies (and `metric` says which) an upper one.
    """

    factor: float
    roles: tuple = ()
    base: str = ""
    metric: str = "rate"

    @property
    def is_rate(self):
        return self.metric == "rate"

    def text(self):
        sign = ">=" if self.is_rate else "<="
        what = self.base or ("best " + ("peer" if len(self.roles) > 1 else self.roles[0]))
        return f"{sign} {self.factor:g} x {what}"


@dataclass(frozen=True)
class Row:
    """One line of "figures to reach"."""

    title: str
    ours: str  # a case of `urrbench core`
    goals: tuple
    peers: tuple = ()
    kind: str = "stream"
    bytes: int = 64
    batch: int = 1
    poll: int = 1
    pauses: int = BACK_OFF
    bases: tuple = ()  # other cases of `urrbench core` that goals refer to
    floor: str = ""  # the case of ours that comes along as a floor
    published: tuple = field(default=())  # (peer, figure) of another run on another machine


LIBRARIES = (RAW, JAVA_RING, QUEUE)
BATCH_PEERS = (DPDK_ZC, DPDK, BOOST, DISRUPTOR, IDEAL)
PAIR_PEERS = (DPDK_MP, DPDK_HTS, DPDK_HTS_ZC, DISRUPTOR_MP, MOODY_MANY, IDEAL_MP)


def _batches(bytes_, factor, published):
    return tuple(
        Row(
            f"1P 1G {bytes_} B, batches of {batch}",
            f"log-1p1g-{bytes_}B-b{batch}",
            (Goal(factor, (RAW,)), Goal(1.2, (JAVA_RING,))),
            BATCH_PEERS,
            bytes=bytes_,
            batch=batch,
            poll=batch,
            published=published[batch],
        )
        for batch in (32, 256)
    )


def _claims(batch, peers, published):
    return Row(
        "2P append only, " + ("one by one" if batch == 1 else f"claims of {batch}"),
        f"log-2p-append-64B-b{batch}",
        (Goal(1.0, LIBRARIES),),
        peers,
        kind="append",
        batch=batch,
        poll=256,
        pauses=1,
        published=published,
    )


def _latency(title, ours, kind, goals, peers, published):
    return Row(title, ours, goals, peers, kind=kind, pauses=1, published=published)


ROWS = (
    Row(
        "1P 1G 64 B, record by record",
        "log-1p1g-64B-b1",
        (Goal(1.0, LIBRARIES),),
        (CK, DPDK_ZC, DPDK, BOOST, MOODY_PAIR, DISRUPTOR, JCTOOLS, IDEAL),
        published=(("Aeron spsc ring", "241 M/s"), ("rtrb", "165 M/s")),
    ),
    *_batches(64, 0.6, {32: (("rtrb", "398 M/s"),), 256: (("rtrb", "410 M/s"),)}),
    *_batches(256, 0.85, {32: (("rtrb", "63 M/s"),), 256: (("rtrb", "75 M/s"),)}),
    *(
        Row(
            f"1P 1G 1024 B, batches of {batch}",
            f"log-1p1g-1024B-b{batch}",
            (Goal(0.95, base="floor-copy-1024B"),),
            (DPDK_ZC, IDEAL),
            bytes=1024,
            batch=batch,
            poll=batch,
            floor="floor-copy-1024B",
        )
        for batch in (32, 256)
    ),
    *(
        Row(
            f"1P 2G 64 B, batches of {batch}",
            f"log-1p2g-64B-b{batch}",
            (Goal(1.3, (JAVA_RING,)),),
            (DISRUPTOR, IDEAL),
            kind="broadcast",
            batch=batch,
            poll=batch,
            published=(("Aeron IPC", "151 M/s, tuned"),),
        )
        for batch in (32, 256)
    ),
    _claims(
        1,
        (CK_MP, DPDK_MP, DPDK_HTS_ZC, DISRUPTOR_MP, JCTOOLS_MP, MOODY_MANY, IDEAL_MP),
        (("rigtorp MPMC", "39 M/s"), ("Aeron mpsc ring", "42 M/s")),
    ),
    _claims(32, PAIR_PEERS, ()),
    Row(
        "2P on one core, 1 consumer",
        "log-2p1g-64B-b1-onecore",
        (Goal(0.5, base="log-2p1g-64B-b1-free"),),
        (DISRUPTOR_MP, JCTOOLS_MP),
        kind="pair-onecore",
        poll=256,
        pauses=1,
        bases=("log-2p1g-64B-b1-free",),
        published=(("rigtorp MPMC", "150 M/s"), ("Aeron mpsc ring", "120 M/s")),
    ),
    _latency(
        "round trip, 64 B",
        "log-roundtrip-64B",
        "roundtrip",
        (Goal(1.25, LIBRARIES, metric="p50"),),
        (CK, DPDK_ZC, DPDK, BOOST, DISRUPTOR, IDEAL_MP, IDEAL),
        (("Aeron spsc ring", "80 ns"), ("rigtorp SPSC", "130 ns")),
    ),
    _latency(
        "one way, 1 M/s, 64 B",
        "log-oneway-1M-64B",
        "oneway",
        (
            Goal(1.1, LIBRARIES, metric="p50"),
            Goal(1.1, LIBRARIES, metric="windowP99"),
            Goal(1.1, LIBRARIES, metric="shortWindowP99"),
        ),
        (CK, DPDK_ZC, DPDK, BOOST, DISRUPTOR, IDEAL_MP, IDEAL),
        (("Aeron spsc ring", "57 ns, p99 101"), ("rigtorp SPSC", "64 ns, p99 108")),
    ),
    *(
        Row(
            f"1,000 partitions, {what}",
            f"log-1000part-64B-b{batch}",
            (Goal(1 / 1.5, base=f"log-1part-64B-b{batch}"),),
            bases=(f"log-1part-64B-b{batch}",),
        )
        for batch, what in ((1, "one by one"), (32, "batches of 32"))
    ),
)

# The log has to be at least four times as fast as this peer, which Debian does not have.
AERON_IPC = "Aeron IPC: 23 to 34 M/s (64 B), 8 M/s (256 B); tuned 90 to 226 and 30 to 56 M/s"
