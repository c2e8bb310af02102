"""Fields the forms of several rooms have."""

from app.businesses.forms.pictures import PictureField

__all__ = ["PictureField"]
