-- Pictures shipped with an import.

CREATE TABLE image (                  -- pictures that came with comparisons, each once a project
  project_id UUID NOT NULL,
  sha256 TEXT NOT NULL,               -- of the bytes
  media_type TEXT NOT NULL,           -- image/png | image/jpeg | image/gif | image/webp, by the bytes
  bytes BLOB NOT NULL,
  PRIMARY KEY (project_id, sha256)
);

CREATE TABLE comparison_image (       -- what a comparison's Markdown means by a path
  comparison_key UUID NOT NULL,
  path TEXT NOT NULL,                 -- images/...
  sha256 TEXT NOT NULL,
  PRIMARY KEY (comparison_key, path)
);
