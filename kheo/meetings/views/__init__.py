"""The pages of the acts on meetings. The page of a meeting itself is kheo.site's."""
