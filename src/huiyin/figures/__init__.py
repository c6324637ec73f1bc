"""Figures with their denominators, intervals and bounds. Pure: no Django; engines are loaded only when one is asked.

What is where, from the ground up:

* `schema`       the lake's tables, column by column, with a version;
* `lakefiles`    a lake on disk: `Lake.open(folder)`, its files, their problems (`LakeError`);
* `lakewriting`  writing one: `Writing(folder)` with `append`, `replace`, `commit` (what `lake` and `town` use);
* `sources`      where rooms say what they add to the lake (callbacks, signs of replies, recurring issues);
* `frames`       a lake in an engine: `frames.duckdb(lake)`, `frames.spark(lake, session)`;
* `conditions`   what claimed, asked, confirmed, disputed, unknown mean;
* `measures`, `comparisons`   the shapes of figures: `Share`, `Spread`, `Mean`, `Ratio`, `Fullest`, `Sampled`, `Gap`;
* `indicators`   the 31 of the field, one small module each: `INDICATORS`, `indicator(code)`;
* `evaluate`     `evaluate(frames, indicator, Moment(as_of, start, end), by=("office",))` → list of `Value`;
* `values`       `Value` (n, value, low, high, bounds, unknown, counts, why), `differ(one, other)`;
* `intervals`    the statistics, from whole counts.

    from datetime import UTC, datetime
    from huiyin.figures import frames
    from huiyin.figures.evaluate import Moment, evaluate
    from huiyin.figures.indicators import indicator
    from huiyin.figures.lakefiles import Lake

    lake = frames.duckdb(Lake.open(home / "lake"))
    moment = Moment(as_of=datetime(2026, 11, 1, tzinfo=UTC), start=datetime(2026, 8, 1, tzinfo=UTC))
    for value in evaluate(lake, indicator("confirmed"), moment, by=("office",)):
        print(value.group["office"], value.n, value.value, value.low, value.high, value.bounds, value.reason("en"))
"""
