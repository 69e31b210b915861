"""Paper under the camera: found, straightened, judged, and marks that stay on it. Pure functions over pictures."""
