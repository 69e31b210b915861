"""Receipt printer: pure encoder, one raster printer, four transports."""
