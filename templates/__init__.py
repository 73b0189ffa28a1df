"""The words readers see: message templates, pages and gettext catalogues."""
