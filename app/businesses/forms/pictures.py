"""Files in forms."""

from flask_wtf.file import FileField

from app.core.pictures import MOST_BYTES


class PictureField(FileField):
    """A picture to upload. What it is, the act finds out."""

    @property
    def body(self) -> bytes | None:
        """What was chosen, at most a byte more than is taken; None when nothing was."""
        if not self.data:
            return None
        return bytes(self.data.stream.read(MOST_BYTES + 1))
