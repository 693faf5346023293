from slug import slug


def test_a_slug_of_a_slug_is_itself(titles):
    for title in titles:
        assert slug(slug(title)) == slug(title)
