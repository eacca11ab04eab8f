import UrrMeasure
import UrrPlatform

/// What other libraries encode for the values of `record`: Java's HdrHistogram 2.1.11, made by
/// reference/KnownAnswers.java, and PyPI's hdrhistogram 0.10.8, made by
/// reference/known_answers.py. They write a single empty cell differently, as 0 and as -1.
enum KnownAnswer {
    static let pythonText = [
        "HISTFAAABGt4nEVUTYtcRRSde+u+qveRTtO2QzO0Q5Agg8gQQwguQhgkaMhSJIi/QMSlK5eCIK6ycCEIgpCV",
        "C9dxIwjiwpW4yMqF+A/8A4LnnFvdmebNq7p1P84999R75Yuvtycn01sn+Vf627B8982fvj+5+jcN1T/1b2b/",
        "3f27lyL+MP/h+vVfvr329GX/rfmP4X+av+cf+cqfu/9a/KZf+c/Nb/nf5v+YPzX/yvy/4s8cB6/5PX9uforf",
        "54aQS//Y38d7B8M9ne/9hr/jzWEc/L5/wOitP0Ta4rfxbPwzf+QG7zN/w780uO7gO8FkQHELDmu47R3bM0Tt",
        "ceh+gazmC3YFuRr2p3B9gN2A0Mf+if9lWN71V1HE/G24PkAe1J6Q/pHfQcyHwHGJAyzXTHqGfQMG7BYkQtgV",
        "zFt/HZtz7NaoieWiBAs4MrR3H5YLPAWhlw7fCXmIdB136H1Xmz1OG/BskWSH5ybWKPwYxg2MWydYQHgIvAMB",
        "GHocFLZG2hV6O0fgbY8SK2RdyYWEn8FtINbgvvl5MJXFgPXibJfvDXMy6Q05sZd9CLPRvGXDCGRzE1snnihY",
        "b3yKCX3EBmbjFCYtYOEhEAT+nQPICu8NSSy+C0yj6EdGRSX7h3Uj64qJWHuKrVhBmh2zDuoCKBYcnyrIvAMu",
        "/WfqnSMRnQAkDidAXMi4ulnLEU8sSbXon5BTQGEMTGiQGqaebmDwwGxGLiJ5uHBw6kVe9FjCRCn5msSEEOEV",
        "2GNmUaVCPlG6jpEwlJuZXfWmWFedJWzaJ3XK0haRcKIxCYBqKmRwYsOhYeofjqu0E8xtsUo7hEJlBOYTpF6+",
        "g+Y65KaJazs21kL0YiLO0KYaJo7yzTjA1iSbdotYQsOLQjJfTaRoYV9Lx1Jj6JLmJeP9TtFa6g/pqtRK0iCY",
        "aKiCBEVcF2oxXOjWVA5COz+DhmudYxYFOSAtRBeCoF8Ua6SWVEiKC3jP4UaKRCSktKCPTWwijsiKvgVF/JNq",
        "JmUnUa1PgTOAuUoBlfcwq7MNTkWEDLqfMUSSQ7BFbctkmZ65dYRJ1gSQQ2UEO46YugEtImw8Uqiq4OzAOLMk",
        "5biOXSYi01OI1bofQYfUQstIl1qFQd+UKtCM7xN0QEYZbKp3VakIj5kp55A3tR9V85ScOBNSARvZMtqaoozW",
        "G+/5IjLP4cJQDC3vjb484orJcmvJTxxmFmv2WluM+WE80OS90Zq3zMVT8mldMTwCiVVDSRJ0H7Oj4YiI/tH6",
        "sA9kqgPopdrhi1xT1FJK6OYlFX3CEI6+jaSUAXCpo+Y51K6zHO+RHaEEZfCnAjQ8sYluI78zJfT5Uo3e1xii",
        "u7xATyEOqqmBSiL6JBSfQ8NV1rlPeMr5hAqW8BfqKYeWCu0BTapC0+XtE6PfomlBW4G/qo2NxkUlDQHtRfY7",
        "o3e8ruliEt2Y46Uu2Qnd2SMnPucZ1pXdEl3VqWQNxVUmrbqwI0sjX6tKqqg50o9SnxVTda0ji82KtHjyzOf/",
        "AW1MSg4=",
    ].joined()

    static let javaText = [
        "HISTFAAABG14nEVUwapcRRDtW13dfXtuJsM4PobH+AgS5CHyiCEEFyE8JGjIUiSIXyDi0pVLQRBXWbgQBEHI",
        "yoXruBEEceFKXGTlQvwDf0DwnFM9L2+473ZXV52qOnX6vvLF17uU+lsp/vJ4T1i+++ZP36fLf8NQ7VP7ZmW/",
        "m333kvsfk/1w/fov3157+rL91uxHtz8ne88+srU9N/s12027tJ+b3bK/J/tnsqeTfTXZf9meGQ5es3v2fLIT",
        "/D6fEHJhH9v7eO9huKfzg92wd6wZjMXu2weM3tlDwGa7jWdrn9kjS/A+tTfsywmue/h2mBKquAWHDdwOhu0p",
        "og44NDsHarIFuwyshv0JXB9gVxD62D6xvyYs79qrSJLsbbg+AA5yd8A/sjuI+RB1XOAAyw1BT7FvqAG7BUAI",
        "u4R5Z69jc4bdBjmxXASwgKOE9u7Dco4nI/TC4NuBw0o3fofed7U54LShnh1A9nhuYo3Ej2HcwriDU2EJD1Fv",
        "YQEJPRaFbQC7Rm9nCLxtnn0N1LVcEt6ncCus1blvduaESl6wXmDpem+JSdAbcmIvB1fNieYdG0Ygm+tsnfV4",
        "xnpr3Tv68C3MiVPoWsDCQ1Tg+HeGQtZ4b0litr1jGlk/Mioq2T+sW1nXBGLu7juxApg9UYu6QBULjk8UlGwU",
        "nMcvqXeORHSiIHHYUeJCxtXNRo54fAmqRX8HpgqF0TGhIjX0AVcYXIiWyIUHD+cGTi3Lix6LJ1FKvrqYUEV4",
        "OfaYmVepkI/noWMAurCJbMrXfVN1FmXT3tUpUyf3KMcbQVCopkIGOxt2DVP/cFylHSd28nXYIRQqwzEfJ/Xy",
        "LZpriU0T1+mqseaiFxMxhjblSOIo3oxD2Zpk024RS2h4UUjg1agULRxqHrVUL0PSvGS83yHaFPoDXJVaSRoE",
        "4w1ZAJDFdaYW3VTdhspB6OCnaLhpcMykIAekuehCEPSLZI3UkgpJcQHvMVwPkYiEkBb0sfWt+1VlWd+CLP5J",
        "NUHZidc0psAZwFylgMp7GNnZBqciQorupxcPclhsVtsypYAnto4wyRoFxFAZwY7d+zCgRYTNVxQqKzg7Mk6U",
        "oBzXcchEZFoIsabhx6JdaqFlpkutqkHflKqiGT8maCgZabCpNlSlJDwmUswhbuo4qslCcuJMlaqwmS2jre55",
        "TqPxgeceOMcLQzG0uDf68ogrgsU2BT9+nJlv2GttPseH8UiTjUZr3DITT8FnGorhEUisGkqQoPsYHZWriujv",
        "bQz7SKY6gF5qOn6Ra4haSnHdvKBiTBjC0beRlDIALnXWPEsdOovxXrGjKkEZ/KkADU9soluP70x2fb6UY/Q1",
        "u+jOL6qnEItyaqCSiD4J2Vau4Qp1NSbcYz6uhNnthXrysaVMu0OTytB0ecfE6LdoWtCW469qk+bERSUNDu15",
        "9LtC73hd08VkdXOMl7pkJ3Rnj5z4Ks6wruyW1VWdStZQXCVo1YWdmRp4rQpUUSsPP0p9pZiqa+2RbKXI5E+e",
        "2ep/bUNI+A==",
    ].joined()

    static let baseByteCount = 2399
    static let javaChecksum: UInt = 1_114_537_991
    static let count: UInt64 = 102_020
    static let percentiles: [(percentile: Double, value: Int64)] = [
        (50, 4099), (90, 4099), (99, 2_437_119), (99.9, 4_771_839),
    ]
    static let mean = 176_501_461.2794452
    static let standardDeviation = 25_203_747_319.784557

    /// Records the same values as the script.
    static func record(into histogram: Histogram) {
        var value: UInt64 = 1
        for _ in 0..<2000 {
            value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            histogram.record(Nanoseconds(value >> 33) % 5_000_000)
        }
        for (value, count): (Nanoseconds, UInt64) in [
            (0, 3), (1, 1), (2047, 2), (2048, 1), (2049, 1), (4095, 7), (4096, 100_000),
            (3_600_000_000_000, 5),
        ] {
            histogram.record(value, count: count)
        }
    }
}
