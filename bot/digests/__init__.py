"""DIGEST and EDITION: when one is due, which stories it tells, in which order."""
