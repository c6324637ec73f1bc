"""Postings of 262,144 cases and more are packed in larger segments, of which a look-up reads a quarter of the blocks."""

from django.db import migrations

from huiyin.understanding import packing


def pack_again(apps, editor):
    """Make the large segments of what is packed already. The rows keep everything that is needed."""
    rows, blocks, counts = (apps.get_model("cases", name) for name in ("Posting", "PostingBlock", "PostingCount"))
    count = counts.objects.first()
    for segment in packing.segments(count.units if count else 0):
        if segment.level < 3:
            continue
        first, end = segment.first, segment.first + packing.SIZES[3]
        stored = list(
            rows.objects.filter(number__gte=first, number__lt=end).order_by("number").values_list(
                "number", "part", "marks"
            )
        )  # fmt: skip
        for number in range(first // packing.SIZES[2], end // packing.SIZES[2]):
            low, high = packing.Segment(2, number).blocks
            blocks.objects.filter(number__gte=low, number__lte=high).delete()
        packed = packing.pack(
            segment, [n for n, _, _ in stored], [p for _, p, _ in stored], [bytes(m) for _, _, m in stored]
        )
        blocks.objects.bulk_create([blocks(number=n, entries=entries) for n, entries in packed], batch_size=4000)


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_compact_postings")]
    operations = [migrations.RunPython(pack_again, migrations.RunPython.noop)]
