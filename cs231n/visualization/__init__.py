"""Pictures of what networks have learned: saliency, class images, inverted features, style, textures."""
